import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Program } from '../support/program.js';
import { ProgramScene } from '../support/program-scene.js';
import { configText } from '../support/scene.js';

const servers = ['address: "127.0.0.1:7890"'];

describe('The pid file', { timeout: 30_000, concurrency: 2 }, () => {
  it('holds the number of the process while it serves', async (t) => {
    const scene = new ProgramScene(t);
    const folder = scene.folder();
    const path = `${folder}/lb.pid`;
    writeFileSync(path, '4711\n');
    const program = scene.run({ servers, global: `pid-file: ${path}` });
    await program.event('pid-file-written');
    assert.equal(readFileSync(path, 'utf8'), `${program.pid}\n`);
    assert.equal(statSync(path).mode & 0o777, 0o644);
    program.signal('SIGTERM');
    assert.equal(await program.exited, 0);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('stays when another process has written its own number meanwhile', async (t) => {
    const scene = new ProgramScene(t);
    const path = `${scene.folder()}/lb.pid`;
    const program = scene.run({ servers, global: `pid-file: ${path}` });
    await program.event('pid-file-written');
    writeFileSync(path, '4711\n');
    program.signal('SIGTERM');
    assert.equal(await program.exited, 0);
    assert.equal(readFileSync(path, 'utf8'), '4711\n');
  });

  it('is where the command line says, before the configuration', async (t) => {
    const scene = new ProgramScene(t);
    const folder = scene.folder();
    const config = `${folder}/lb.yaml`;
    writeFileSync(config, configText({ servers, global: `pid-file: ${folder}/one.pid` }));
    const program = new Program(t, ['start', '-c', config, '--pid-file', `${folder}/two.pid`]);
    await program.event('pid-file-written');
    assert.deepEqual([existsSync(`${folder}/one.pid`), existsSync(`${folder}/two.pid`)], [false, true]);
  });

  it('that cannot be written lets nothing start, and says why', async (t) => {
    const scene = new ProgramScene(t);
    const path = `${scene.folder()}/taken`;
    mkdirSync(path);
    const program = scene.run({ servers, global: `pid-file: ${path}` });
    assert.equal(await program.exited, 1);
    assert.match(program.stderr, /^cmpp-lb does not start: cannot write the pid file .*taken: E[A-Z]+: .*\n$/);
    assert.deepEqual(
      readdirSync(`${path}/..`).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });
});
