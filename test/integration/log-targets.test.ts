import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, rmSync, statSync, watch } from 'node:fs';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { ProgramScene } from '../support/program-scene.js';

/** What a log has told so far, and when it tells more. */
interface Told {
  text(): string;
  more(): Promise<unknown>;
}

/** Waits until a log has told something that matches. */
async function told(log: Told, pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const found = pattern.exec(log.text());
    if (found !== null) return found;
    await log.more();
  }
}

/** Starts the program, has one session from login to logout, on its second server because the first is away, and stops it. */
async function oneSession(t: TestContext, global: string, logOf: (scene: ProgramScene) => Told): Promise<ProgramScene> {
  const scene = new ProgramScene(t);
  const away = `address: "unix:${scene.folder()}/away.sock"`;
  const program = scene.run({ servers: [away, await scene.gateway({})], global });
  const log = logOf(scene);
  const [, port] = await told(log, /127\.0\.0\.1:(\d+)/);
  await told(log, /Ready: 1 frontend, 2 servers, maxconn \d+/);
  const sp = await scene.sp({ host: '127.0.0.1', port: Number(port) });
  assert.equal((await sp.logIn('900001')).status, 0);
  await sp.submit();
  sp.peer.finish();
  await sp.left();
  await told(log, /client-closed/);
  program.signal('SIGTERM');
  assert.equal(await program.exited, 0);
  await told(log, /Stopped after 1 session: client-closed 1/);
  return scene;
}

function fileAt(t: TestContext, folder: string, path: string): Told {
  const watcher = watch(folder);
  t.after(() => watcher.close());
  return { text: () => (existsSync(path) ? readFileSync(path, 'utf8') : ''), more: () => once(watcher, 'change') };
}

const STAMP = String.raw`[A-Z][a-z]{2} [ 0-9]\d \d\d:\d\d:\d\d cmpp-lb\[(\d+)\]: `;
const ACCEPTED = String.raw`\[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d\.\d{3}\]`;
const TCPLOG = String.raw`127\.0\.0\.1:\d+ ${ACCEPTED} sp smsc\/s2 \d+\/\d+\/\d+ 57 -- 1\/1\/0\/0\/\+1 0\/0 cmpp\{900001\|3\.0\|0\|client-closed\}`;

describe('The log of the program', { timeout: 30_000, concurrency: 2 }, () => {
  it('goes to a file, which nobody but its owner and group may read, and which the next start continues', async (t) => {
    const folder = new ProgramScene(t).folder();
    const path = `${folder}/lb.log`;
    for (const starts of [1, 2]) {
      const scene = await oneSession(t, `log: { to: ${path} }`, () => {
        const log = fileAt(t, folder, path);
        const before = log.text().length;
        return { ...log, text: () => log.text().slice(before) };
      });
      assert.equal(scene.program.stdout + scene.program.stderr, '');
      const events = readFileSync(path, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => String(JSON.parse(line).event));
      const session = ['server-failed', 'session-start', 'session-end'];
      const once = ['starting', 'listening', 'ready', ...session, 'stopping', 'stopped'];
      assert.deepEqual(events, starts === 1 ? once : [...once, ...once]);
    }
    assert.equal(statSync(path).mode & 0o027, 0);
  });

  it('goes to syslog with its facility, and each line with its severity', async (t) => {
    const receiver = createSocket('udp4');
    t.after(() => receiver.close());
    receiver.bind(0, '127.0.0.1');
    await once(receiver, 'listening');
    const datagrams: string[] = [];
    receiver.on('message', (message) => datagrams.push(message.toString()));
    const to = `syslog:127.0.0.1:${receiver.address().port}`;
    const { program } = await oneSession(t, `log: { to: "${to}", facility: local5, format: tcplog }`, () => ({
      text: () => datagrams.join('\n'),
      more: () => once(receiver, 'message'),
    }));
    assert.equal(program.stdout + program.stderr, '');
    // local5 is 21, warning is 4, and info is 6.
    for (const datagram of datagrams) {
      const priority = datagram.includes('failed session') ? 172 : 174;
      const [, pid] = new RegExp(`^<${priority}>${STAMP}`).exec(datagram) ?? [];
      assert.equal(pid, String(program.pid), datagram);
    }
    assert.equal(datagrams.filter((datagram) => new RegExp(`^<174>${STAMP}${TCPLOG}$`).test(datagram)).length, 1);
    assert.match(datagrams.join('\n'), /Server smsc\/s1 failed session 1 at try 1: ENOENT; another server is tried/);
  });

  for (const stream of ['stdout', 'stderr'] as const) {
    it(`goes to ${stream} as HAProxy’s tcplog`, async (t) => {
      const { program } = await oneSession(t, `log: { to: ${stream}, format: tcplog }`, ({ program }) => ({
        text: () => program[stream],
        more: () => program.output(),
      }));
      assert.match(program[stream], new RegExp(`^${STAMP}${TCPLOG}$`, 'm'));
    });
  }
});

describe('SIGUSR2', { timeout: 30_000, concurrency: 2 }, () => {
  it('has the log go on in a new file after the old one was moved, with a session alive', async (t) => {
    const scene = new ProgramScene(t);
    const folder = scene.folder();
    const path = `${folder}/lb.log`;
    const log = fileAt(t, folder, path);
    const program = scene.run({ servers: [await scene.gateway({})], global: `log: { to: ${path} }` });
    const [, port] = await told(log, /127\.0\.0\.1:(\d+)/);
    const sp = await scene.sp({ host: '127.0.0.1', port: Number(port) });
    assert.equal((await sp.logIn()).status, 0);
    await told(log, /session-start/);
    renameSync(path, `${path}.1`);
    program.signal('SIGUSR2');
    await told(log, new RegExp(`Reopened the log ${path}`));
    assert.doesNotMatch(readFileSync(`${path}.1`, 'utf8'), /log-reopened/);
    await sp.submit();
    sp.peer.finish();
    await sp.left();
    await told(log, /session-end.*client-closed/);
    rmSync(folder, { recursive: true });
    program.signal('SIGUSR2');
    const stranger = await scene.sp({ host: '127.0.0.1', port: Number(port) });
    assert.equal((await stranger.logIn()).status, 0);
    stranger.peer.finish();
    await stranger.left();
    program.signal('SIGTERM');
    assert.equal(await program.exited, 0);
    assert.equal(program.stdout + program.stderr, '');
  });

  it('says where there is nothing to reopen, and harms nobody', async (t) => {
    const scene = new ProgramScene(t);
    const program = scene.run({ servers: [await scene.gateway({})] });
    const sp = await scene.loggedInSp();
    program.signal('SIGUSR2');
    const { to, file, msg } = await program.event('log-reopened');
    assert.deepEqual([to, file], ['stdout', 'none']);
    assert.equal(msg, 'Nothing to reopen: the log goes to stdout, which is no file');
    await sp.submit();
  });
});
