import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { isPair, isScalar, parseDocument, visit } from 'yaml';
import { checkAccounts } from '../../src/config/check-accounts.js';
import { fileSchema } from '../../src/config/file-schema.js';
import { repositoryPath, repositoryText } from '../../tools/repository.js';
import { keysOf } from '../../tools/schema-keys.js';
import { configOf, problemsOf, warningsOf } from './samples.js';

const full = repositoryText('config/full.yaml');
const examples = readdirSync(repositoryPath('config'))
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => ({ name: `config/${name}`, text: repositoryText(`config/${name}`) }));
const blocks = [...repositoryText('docs/configuration.md').matchAll(/^```yaml\n([^]*?)^```$/gm)].map(
  ([, text = '']) => ({
    name: 'a block of docs/configuration.md',
    text,
  }),
);

/** Warnings that are meant: an example cannot know of an account for probes, and the smallest one shows the least. */
const meant: Readonly<Record<string, string>> = {
  'config/default.yaml': 'backends.persistent_connection_backend.check.account: missing: ',
  'config/minimal.yaml': 'backends.smsc.check: missing: ',
};

describe('every example', () => {
  const store = { variable: () => 'secret', fileText: () => 'secret' };
  it('is found', () => {
    assert.deepEqual([examples.length, blocks.length], [4, 2]);
  });
  for (const { name, text } of [...examples, ...blocks]) {
    it(`is sound and has no warning that is not meant: ${name}`, () => {
      if (/^accounts:/m.test(text) && !/^backends:/m.test(text)) {
        assert.deepEqual(checkAccounts(name, text, store), {
          ...checkAccounts(name, text, store),
          kind: 'valid',
          warnings: [],
        });
      } else {
        const copied = examples.find((example) => example.text === text)?.name ?? name;
        const expected = meant[copied];
        assert.deepEqual(problemsOf(text), []);
        assert.equal(warningsOf(text).length, expected === undefined ? 0 : 1, warningsOf(text).join('\n'));
        assert.ok(warningsOf(text)[0]?.includes(expected ?? '') ?? true, warningsOf(text)[0]);
      }
    });
  }
});

it('the default configuration is what haproxy users run, in a dozen lines', () => {
  const text = repositoryText('config/default.yaml');
  assert.equal(text.trimEnd().split('\n').length, 12);
  const { frontends, backends } = configOf(text);
  const [frontend] = frontends;
  const [backend] = backends;
  assert.deepEqual(frontend?.listen[0]?.address, { kind: 'tcp', host: '0.0.0.0', port: 9999 });
  assert.deepEqual([frontend?.clientTimeoutMs, backend?.serverTimeoutMs], [3_600_000, 3_600_000]);
  assert.deepEqual([backend?.connectTimeoutMs, frontend?.dontlognull, backend?.balance], [5000, true, 'source']);
  assert.deepEqual(
    backend?.servers.map(({ name, address, weight }) => [name, address, weight]),
    [9315, 9316, 9317].map((port, index) => [`server${index + 1}`, { kind: 'tcp', host: '127.0.0.1', port }, 1]),
  );
  assert.equal(backend?.onMarkedDown, 'move');
  for (const { check } of backend?.servers ?? []) {
    assert.deepEqual([check?.probe.kind, check?.interMs, check?.fall, check?.rise], ['cmpp', 5000, 3, 2]);
    assert.deepEqual([check?.timeoutMs, check?.isElsewhere], [5000, false]);
  }
});

describe('config/full.yaml', () => {
  /** The paths of its keys as the schema has them: NAME for a chosen name, nothing for a place in a list. */
  const written = new Set<string>();
  visit(parseDocument(full), {
    Pair: (_key, pair, ancestors) => {
      const keys = [...ancestors, pair].flatMap((node) =>
        isPair(node) && isScalar(node.key) ? [String(node.key.value)] : [],
      );
      written.add(keys.map((key, index) => (isNamed(keys, index) ? 'NAME' : key)).join('.'));
    },
  });

  it('has every key', () => {
    const known = keysOf(fileSchema).map(({ path }) => path.join('.'));
    assert.deepEqual(
      known.filter((path) => !written.has(path)),
      [],
    );
  });

  it('says the same without the lines that it calls default or inherited', () => {
    const document = parseDocument(full);
    let removed = 0;
    visit(document, {
      Map: (_key, map) => {
        const kept = map.items.filter(
          ({ value }) => !/^ (default|inherited)\b/.test((isScalar(value) && value.comment) || ''),
        );
        removed += map.items.length - kept.length;
        map.items = kept;
      },
    });
    assert.equal(removed, [...full.matchAll(/ # (default|inherited)\b/g)].length);
    assert.deepEqual(configOf(document.toString()), configOf(full));
  });

  it('calls default every key that has one, and no other', () => {
    const withDefault = keysOf(fileSchema).filter(({ defaultText }) => defaultText !== undefined);
    for (const { path, defaultText } of withDefault) {
      const line = `^ *${path.at(-1)}: ${defaultText} # default\\b`;
      assert.match(full, new RegExp(line, 'm'), path.join('.'));
    }
    assert.equal([...full.matchAll(/# default\b/g)].length, withDefault.length);
  });
});

function isNamed(keys: readonly string[], index: number): boolean {
  return index === 1
    ? ['frontends', 'backends', 'accounts'].includes(keys[0] ?? '')
    : index === 3 && keys[2] === 'servers';
}
