import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { repositoryPath, repositoryText } from '../../tools/repository.js';
import { ProgramScene } from '../support/program-scene.js';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'cmpp-lb-service-'));
  t.after(() => rmSync(folder, { recursive: true, maxRetries: 3 }));
  return folder;
}

function verified(t: TestContext, text: string): { readonly status: number | null; readonly stderr: string } {
  const path = join(folderOf(t), 'cmpp-lb.service');
  // It is not installed here.
  writeFileSync(path, text.replaceAll('/usr/local/bin/cmpp-lb', process.execPath));
  return spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
}

function complaints(t: TestContext, text: string): string {
  const folder = folderOf(t);
  writeFileSync(`${folder}/keepalived.conf`, text);
  // Its exit code says as much about the machine's network as about the file.
  spawnSync('setsid', ['keepalived', `--config-test=${folder}/log`, '-f', `${folder}/keepalived.conf`]);
  return existsSync(`${folder}/log`) ? readFileSync(`${folder}/log`, 'utf8') : '';
}

describe('config/systemd/cmpp-lb.service', () => {
  const unit = repositoryText('config/systemd/cmpp-lb.service');

  it('is understood by systemd as a whole', (t) => {
    const { status, stderr } = verified(t, unit);
    assert.deepEqual([status, stderr.includes('cmpp-lb.service')], [0, false], stderr);
  });

  it('would not be with a slip of the pen', (t) => {
    assert.match(verified(t, unit.replace('WatchdogSec', 'WatchdogSecs')).stderr, /Unknown key (name )?'WatchdogSecs'/);
  });

  it('lets the process live for longer than its sessions may take to end', () => {
    const hardStopSec = Number(/hard-stop-after: (\d+)s/.exec(repositoryText('config/full.yaml'))?.[1]);
    const stopSec = Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]);
    // The log may take two more.
    assert.ok(stopSec > hardStopSec + 2);
  });
});

describe('config/logrotate/cmpp-lb', { timeout: 30_000 }, () => {
  it('moves the log away, and cmpp-lb goes on in a new one', async (t) => {
    const scene = new ProgramScene(t);
    const folder = scene.folder();
    const log = `${folder}/cmpp-lb.log`;
    const changes = watch(folder);
    t.after(() => changes.close());
    const told = async (path: string, pattern: RegExp): Promise<void> => {
      while (!(existsSync(path) && pattern.test(readFileSync(path, 'utf8')))) await once(changes, 'change');
    };
    const program = scene.run({ servers: ['address: "127.0.0.1:7890"'], global: `log: { to: ${log} }` });
    await told(log, /"event":"ready"/);
    const shipped = repositoryText('config/logrotate/cmpp-lb');
    const { username } = userInfo();
    const group = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim();
    const here = shipped
      .replace('/var/log/cmpp-lb/*.log', `${folder}/*.log`)
      .replaceAll('cmpp-lb cmpp-lb', `${username} ${group}`)
      .replace('systemctl kill --kill-whom=main --signal=USR2 cmpp-lb.service', `kill -USR2 ${program.pid}`);
    writeFileSync(`${folder}/rotate.conf`, here, { mode: 0o600 });
    execFileSync('logrotate', ['--force', '--state', `${folder}/rotate.state`, `${folder}/rotate.conf`]);
    await told(log, /"event":"log-reopened"/);
    assert.match(readFileSync(`${log}.1`, 'utf8'), /"event":"ready"/);
    assert.doesNotMatch(readFileSync(log, 'utf8'), /"event":"ready"/);
  });
});

describe('config/keepalived/keepalived.conf', () => {
  it('has no word that keepalived does not know', (t) => {
    const shipped = readFileSync(repositoryPath('config/keepalived/keepalived.conf'), 'utf8');
    assert.doesNotMatch(complaints(t, shipped), /Unknown keyword|Missing|unexpected|invalid/i);
    assert.match(complaints(t, shipped.replace('nopreempt', 'noprempt')), /Unknown keyword 'noprempt'/);
  });
});

describe('Dockerfile', () => {
  const lines = repositoryText('Dockerfile').split('\n');

  it('copies what is in the repository, and what is not kept out', () => {
    const kept = new Set(
      repositoryText('.dockerignore')
        .split('\n')
        .filter((line) => line.startsWith('!'))
        .map((line) => line.slice(1)),
    );
    const copied = lines.flatMap((line) => /^COPY (?!--)(.*) \S+$/.exec(line)?.[1]?.split(' ') ?? []);
    assert.ok(copied.length > 0);
    for (const name of copied.filter((each) => each !== '.')) assert.ok(kept.has(name), name);
    for (const name of kept) assert.ok(existsSync(repositoryPath(name)), name);
    const needed: unknown = JSON.parse(repositoryText('tsconfig.json')).include;
    assert.ok(Array.isArray(needed) && needed.every((name) => typeof name === 'string' && kept.has(name)));
  });

  it('takes into the image what the package has', () => {
    const files: unknown = JSON.parse(repositoryText('package.json')).files;
    assert.ok(Array.isArray(files));
    for (const name of ['bin', 'config', 'dist/src']) {
      assert.ok(files.includes(name));
      assert.ok(lines.includes(`COPY --from=build /build/${name} ./${name}`), name);
    }
  });

  it('does not run as root', () => {
    assert.ok(lines.indexOf('USER node') > lines.lastIndexOf('FROM node:20-slim'));
  });
});
