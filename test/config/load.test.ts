import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import {
  findConfigFile,
  loadAccounts,
  loadConfig,
  readLimits,
  searchPaths,
  shippedConfig,
} from '../../src/config/load.js';
import { problemText } from '../../src/config/problem.js';
import { limits, sound, withCheck } from './samples.js';

const folder = mkdtempSync(join(tmpdir(), 'cmpp-lb-config-'));
after(() => rmSync(folder, { recursive: true }));

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('loadConfig', () => {
  it('reads a file, or takes its text', () => {
    const fromFile = loadConfig(written('lb.yaml', sound), limits);
    assert.equal(fromFile.kind, 'valid');
    assert.deepEqual(fromFile, loadConfig({ text: sound, file: 'lb.yaml' }, limits));
  });

  it('finds the secret of probes beside the file', () => {
    written('probe.secret', 'from-file\n');
    const text = withCheck('account: p, shared-secret: { file: probe.secret }');
    const result = loadConfig(written('checked.yaml', text), limits);
    assert.equal(result.kind, 'valid');
    const probe = result.config.backends[0]?.servers[0]?.check?.probe;
    assert.equal(probe?.kind === 'cmpp' && probe.account?.sharedSecret, 'from-file');
  });

  it('names the file in problems', () => {
    const path = written('bad.yaml', 'frontend: 5\n');
    const result = loadConfig(path, limits);
    assert.equal(result.kind, 'invalid');
    assert.ok(result.problems.every(({ file }) => file === path));
  });

  it('reports a file that cannot be read', () => {
    const result = loadConfig('/nowhere/lb.yaml', limits);
    assert.equal(result.kind, 'invalid');
    assert.deepEqual(result.problems.map(problemText), ['/nowhere/lb.yaml: there is no such file']);
    const folderResult = loadConfig(folder, limits);
    assert.equal(folderResult.kind, 'invalid');
    assert.deepEqual(folderResult.problems.map(problemText), [
      `${folder}: is a folder; write the path of the file in it`,
    ]);
  });
});

describe('loadAccounts', () => {
  it('finds secrets in the environment, and in files beside its own', () => {
    written('1.secret', 'from-file\n');
    const [name] = Object.entries(process.env).find(([key, value]) => /^[A-Z]+$/.test(key) && value !== '') ?? ['PATH'];
    const path = written(
      'accounts.yaml',
      `accounts: { a: { shared-secret: { file: 1.secret } }, b: { shared-secret: { env: ${name} } } }`,
    );
    const result = loadAccounts(path);
    assert.equal(result.kind, 'valid');
    const found = Object.fromEntries(
      result.accounts.map(({ account, sharedSecret }) => [account, sharedSecret.reveal()]),
    );
    assert.deepEqual(found, { a: 'from-file', b: process.env[name] });
  });

  it('reports files that cannot be read', () => {
    assert.equal(loadAccounts('/nowhere/accounts.yaml').kind, 'invalid');
    const result = loadAccounts({
      text: 'accounts: { a: { shared-secret: { file: 2.secret } } }',
      file: join(folder, 'a.yaml'),
    });
    assert.equal(result.kind, 'invalid');
    assert.match(
      result.problems.map(problemText).join('\n'),
      /a\.yaml:1:18: accounts\.a\.shared-secret: the file 2\.secret holds no secret/,
    );
  });
});

describe('findConfigFile', () => {
  it('takes the first that exists, and the shipped one where none does', () => {
    const [here, system] = searchPaths;
    assert.equal(
      findConfigFile(() => true),
      here,
    );
    assert.equal(
      findConfigFile((path) => path !== here),
      system,
    );
    assert.equal(
      findConfigFile(() => false),
      shippedConfig,
    );
    assert.ok(existsSync(shippedConfig));
    assert.equal(loadConfig(shippedConfig, limits).kind, 'valid');
  });
});

it('knows how many descriptors the system grants', () => {
  assert.ok(readLimits().descriptorLimit >= 64);
});
