import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { fileSchema } from '../../src/config/file-schema.js';
import { jsonSchema } from '../../tools/json-schema.js';
import { repositoryPath, repositoryText } from '../../tools/repository.js';
import { keysOf } from '../../tools/schema-keys.js';
import { sound, withKey } from '../config/samples.js';

describe('the JSON Schema', () => {
  const schema = z.fromJSONSchema(z.record(z.string(), z.json()).parse(jsonSchema()));
  const accepts = (text: string): boolean => schema.safeParse(parseDocument(text).toJS()).success;

  it('accepts every sound configuration', () => {
    const names = readdirSync(repositoryPath('config')).filter((name) => name.endsWith('.yaml'));
    for (const name of names.filter((name) => name !== 'accounts.yaml')) {
      assert.ok(accepts(repositoryText(`config/${name}`)), name);
    }
  });

  it('refuses unknown keys, other words, and values of the wrong form', () => {
    assert.ok(accepts(sound));
    assert.ok(!accepts(withKey('backend', 'ballance: source')));
    assert.ok(!accepts(withKey('backend', 'balance: sauce')));
    assert.ok(!accepts(withKey('defaults', 'timeout: { connect: 5 sec }')));
    assert.ok(!accepts(withKey('server', 'weight: 257')));
    assert.ok(!accepts(sound.replace('default-backend: smsc', '')));
  });

  it('describes every key but the sections', () => {
    const described = JSON.stringify(jsonSchema());
    for (const { description, value, path } of keysOf(fileSchema)) {
      assert.ok(value === undefined || description !== '', path.join('.'));
      assert.ok(described.includes(JSON.stringify(description).slice(0, -1)), path.join('.'));
    }
    assert.ok(!described.includes('whenAbsent'));
  });
});
