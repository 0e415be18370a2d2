/** `cmpp-lb top` on a real terminal, and what it prints where there is none. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Program } from '../support/program.js';
import { SteeredScene } from '../support/steered-scene.js';
import { missingPrograms, Terminal } from '../support/terminal.js';

const PROGRAM = fileURLToPath(new URL('../../../bin/cmpp-lb.js', import.meta.url));
const DOWN = '\u001B[B';
const LEFT_SCREEN = '\u001B[?25h\u001B[?1049l';

interface Top {
  readonly terminal: Terminal;
  /** The process and the terminal's device, as they were noted at its start. */
  readonly noted: (what: 'pid' | 'tty') => string;
}

/** Says behind it what it ended with, and whether the terminal edits lines and echoes as before. */
function topOn(t: TestContext, scene: SteeredScene): Top {
  const folder = scene.folder();
  const notes = `tty > ${folder}/tty; echo $$ > ${folder}/pid`;
  const top = `sh -c '${notes}; exec ${process.execPath} ${PROGRAM} top -i 50ms -s ${scene.socketPath}'`;
  const terminal = new Terminal(t, `${top}; echo left $?; stty -a`, { rows: 24, columns: 80 });
  return { terminal, noted: (what) => readFileSync(`${folder}/${what}`, 'utf8').trim() };
}

/** The names of all that is counted in a line of JSON. */
function namesIn(value: unknown): string {
  return Array.from(JSON.stringify(value).matchAll(/"name":"([^"]*)"/g), ([, name]) => name).join(' ');
}

async function steered(t: TestContext): Promise<SteeredScene> {
  return (await SteeredScene.running(t, ['900001', '900002'])).scene;
}

describe('cmpp-lb top on a terminal', { timeout: 60_000, skip: missingPrograms('script', 'stty') }, () => {
  it('shows servers, drains and weighs the chosen one, and gives the terminal back', async (t) => {
    const scene = await steered(t);
    const { terminal } = topOn(t, scene);
    await terminal.shows(/ {2}smsc\/s2 +no check/);
    terminal.press(DOWN, 'd');
    await terminal.shows('drain smsc/s2: no new sessions, 1 session moves. y/n');
    assert.equal(scene.log.of('command').length, 0);
    terminal.press('y');
    await terminal.shows('done: drain server smsc/s2');
    await terminal.shows(/ {2}smsc\/s2 +DRAIN/);
    terminal.press('w', '7', '\r');
    await terminal.shows('done: set server smsc/s2 weight 7');
    assert.deepEqual(
      scene.log.of('command').map(({ command }) => command),
      ['drain server smsc/s2', 'set server smsc/s2 weight 7'],
    );
    terminal.press('\t');
    await terminal.shows(/900001 +1 +1 +smsc\/s1:1/);
    terminal.press('\t');
    await terminal.shows(/ 2 {2}900002 +127\.0\.0\.1:\d+ /);
    terminal.press('q');
    assert.equal(await terminal.exited, 0);
    const after = terminal.shown.slice(terminal.shown.lastIndexOf(LEFT_SCREEN));
    assert.match(after, /left 0/);
    assert.match(after, / icanon /);
    assert.match(after, / echo /);
  });

  it('gives the terminal back when it is ended', async (t) => {
    const scene = await steered(t);
    const { terminal, noted } = topOn(t, scene);
    await terminal.shows('smsc/s1');
    process.kill(Number(noted('pid')), 'SIGTERM');
    await terminal.exited;
    const after = terminal.shown.slice(terminal.shown.lastIndexOf(LEFT_SCREEN));
    assert.match(after, /left 143/);
    assert.match(after, / icanon /);
  });

  it('says when the balancer is lost, and goes on when it is back', async (t) => {
    const scene = await steered(t);
    const away = `${scene.folder()}/away.sock`;
    renameSync(scene.socketPath, away);
    const { terminal } = topOn(t, scene);
    await terminal.shows(/trying again: the balancer does not answer: connect ENOENT /);
    renameSync(away, scene.socketPath);
    await terminal.shows('smsc/s1');
    terminal.forget();
    renameSync(scene.socketPath, away);
    await terminal.shows('trying again: ');
    renameSync(away, scene.socketPath);
    terminal.forget();
    await terminal.shows(/cmpp-lb \S+ on .*, pid/);
    terminal.press('\u0003');
    assert.equal(await terminal.exited, 0);
  });

  it('follows the size of the terminal', async (t) => {
    const scene = await steered(t);
    const { terminal, noted } = topOn(t, scene);
    await terminal.shows('smsc/s1');
    assert.doesNotMatch(terminal.shown, /OUT B\/s/);
    execFileSync('stty', ['-F', noted('tty'), 'cols', '150']);
    await terminal.shows('OUT B/s');
    terminal.press('q');
    await terminal.exited;
  });
});

async function run(t: TestContext, args: readonly string[]) {
  const program = new Program(t, ['top', ...args]);
  const code = await program.exited;
  return { code, stdout: program.stdout, stderr: program.stderr };
}

describe('cmpp-lb top without a terminal', { timeout: 60_000 }, () => {
  it('prints what there is, once', async (t) => {
    const scene = await steered(t);
    const { code, stdout, stderr } = await run(t, ['--once', '-i', '20ms', '-s', scene.socketPath]);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^cmpp-lb \S+ on /);
    assert.match(stdout, /^ {2}smsc\/s1 +no check +1 +1 +\d+ +0 /m);
    // oxlint-disable-next-line no-control-regex -- that none is there is what is checked
    assert.doesNotMatch(stdout, /\u001B|Drain/);
  });

  it('prints JSON once, or a line for each look', async (t) => {
    const scene = await steered(t);
    const once = await run(t, ['--once', '--json', '-i', '20ms', '-s', scene.socketPath]);
    assert.equal(once.code, 0);
    assert.equal(namesIn(JSON.parse(once.stdout)), 'sp smsc s1 s2');
    const program = new Program(t, ['top', '--json', '-i', '20ms', '-s', scene.socketPath]);
    await program.printed(/^(\{.*\}\n){3}/);
    for (const line of program.lines) assert.equal(namesIn(line), 'sp smsc s1 s2');
  });

  it('says what to write, and what is wrong', async (t) => {
    const none = await run(t, []);
    assert.deepEqual([none.code, none.stdout], [3, '']);
    const scene = await steered(t);
    const dumb = await run(t, ['-s', scene.socketPath]);
    assert.equal(dumb.code, 2);
    assert.match(dumb.stderr, /^error: top needs a terminal; write --once or --json\n/);
    const gone = await run(t, ['--once', '--json', '-s', '/nonexistent/lb.sock']);
    assert.equal(gone.code, 3);
    const message = 'the balancer does not answer: connect ENOENT /nonexistent/lb.sock';
    assert.deepEqual(JSON.parse(gone.stdout), { outcome: 'unreached', message });
  });

  it('needs the rights of an operator', async (t) => {
    const scene = new SteeredScene(t);
    const path = `${scene.folder()}/user.sock`;
    await scene.start({ servers: [await scene.gateway({})], admin: `socket: { path: ${path}, level: user }` });
    const { code, stderr } = await run(t, ['--once', '-s', path]);
    assert.equal(code, 1);
    assert.match(stderr, /^the balancer refuses: Permission denied \(top needs a socket of level operator or admin\)/);
    const { stdout } = await run(t, ['--once', '--json', '-s', path]);
    assert.match(stdout, /"outcome": "refused"/);
  });
});
