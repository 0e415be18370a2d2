import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { giveFile, idIn } from '../../src/runtime/file-owner.js';
import { Scene } from '../support/scene.js';

describe('a name in /etc/passwd or /etc/group', () => {
  const table = 'root:x:0:0:root:/root:/bin/sh\nsms:x:990:\nsmsc:x:991:\nodd:x::\n';
  for (const [name, id] of [
    ['root', 0],
    ['sms', 990],
    ['smsc', 991],
    ['sm', undefined],
    ['x', undefined],
    ['odd', undefined],
  ] as const) {
    it(`${name} is ${id ?? 'unknown'}`, () => assert.equal(idIn(table, name), id));
  }
});

describe('a file', () => {
  it('stays as it is where nobody is named, and says who is not known', (t) => {
    const path = `${new Scene(t).folder()}/file`;
    writeFileSync(path, '');
    const { uid, gid } = statSync(path);
    assert.equal(giveFile(path, { user: undefined, group: undefined }), undefined);
    assert.equal(
      giveFile(path, { user: 'nobody-of-that-name', group: undefined }),
      'this machine knows no user nobody-of-that-name',
    );
    assert.equal(
      giveFile(path, { user: undefined, group: 'none-of-that-name' }),
      'this machine knows no group none-of-that-name',
    );
    assert.deepEqual([statSync(path).uid, statSync(path).gid], [uid, gid]);
  });

  it('is given to its own group by anybody, and to others by root', (t) => {
    const path = `${new Scene(t).folder()}/file`;
    writeFileSync(path, '');
    const isRoot = process.getuid?.() === 0;
    assert.equal(giveFile(path, { user: undefined, group: String(statSync(path).gid) }), undefined);
    const trouble = giveFile(path, { user: 'daemon', group: '12345' });
    if (isRoot) assert.deepEqual([trouble, statSync(path).gid, statSync(path).uid], [undefined, 12_345, 1]);
    else assert.match(trouble ?? '', /EPERM/);
  });
});
