import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { checkAccounts } from '../../src/config/check-accounts.js';
import type { AccountsResult } from '../../src/config/check-accounts.js';
import { problemText } from '../../src/config/problem.js';
import { Secret } from '../../src/config/secret.js';
import type { SecretStore } from '../../src/config/secret.js';

const store: SecretStore = {
  variable: (name) => ({ SP_1: 'from-env', EMPTY: '' })[name],
  fileText: (path) => ({ '/s/1': 'from-file\n', '/s/crlf': 'two\nlines\r\n', '/s/empty': '\n' })[path],
};

const check = (text: string): AccountsResult => checkAccounts('a.yaml', text, store);
const secretOf = (reference: string): AccountsResult =>
  check(`accounts:\n  "900001": { shared-secret: ${reference} }\n`);

function problemsOf(result: AccountsResult): string[] {
  return result.kind === 'valid' ? [] : result.problems.map(problemText);
}

function revealed(result: AccountsResult): string[] {
  return result.kind === 'valid'
    ? result.accounts.map(({ account, sharedSecret }) => `${account} ${sharedSecret.reveal()}`)
    : [];
}

describe('a secret', () => {
  it('comes from the environment or from a file, without the newline at its end', () => {
    assert.deepEqual(revealed(secretOf('{ env: SP_1 }')), ['900001 from-env']);
    assert.deepEqual(revealed(secretOf('{ file: /s/1 }')), ['900001 from-file']);
    assert.deepEqual(revealed(secretOf('{ file: /s/crlf }')), ['900001 two\nlines']);
    assert.deepEqual(secretOf('{ env: SP_1 }').warnings, []);
  });

  it('may stand in the file itself, with a warning', () => {
    const result = secretOf('hunter2');
    assert.deepEqual(revealed(result), ['900001 hunter2']);
    assert.deepEqual(result.warnings.map(problemText), [
      'a.yaml:2:30: accounts.900001.shared-secret: a secret stands in the file; write { env: NAME } or { file: PATH }',
    ]);
  });

  it('must be there', () => {
    const at = 'a.yaml:2:15: accounts.900001.shared-secret:';
    const nothing = 'holds no secret: it is missing, unreadable or empty';
    for (const name of ['OTHER', 'EMPTY']) {
      assert.deepEqual(problemsOf(secretOf(`{ env: ${name} }`)), [`${at} the environment variable ${name} ${nothing}`]);
    }
    for (const path of ['/s/2', '/s/empty']) {
      assert.deepEqual(problemsOf(secretOf(`{ file: ${path} }`)), [`${at} the file ${path} ${nothing}`]);
    }
    assert.match(
      problemsOf(check('accounts: { a: {} }'))[0] ?? '',
      /^a\.yaml:1:13: accounts\.a\.shared-secret: missing; write \{ env: NAME \}/,
    );
  });

  it('of another form is refused without being shown', () => {
    for (const reference of [
      '123456',
      'true',
      '',
      '""',
      '[hunter2]',
      '{ hunter2 }',
      '{ env: 900001 }',
      '{ env: hun-ter2 }',
    ]) {
      const problems = problemsOf(secretOf(reference));
      assert.equal(problems.length, 1, reference);
      assert.match(problems[0] ?? '', /shared-secret: expected \{ env: NAME \}.*digits alone need quotes$/);
      assert.doesNotMatch(problems[0] ?? '', /hun|123456|true/);
    }
    assert.equal(problemsOf(secretOf('{ env: SP_1, file: /s/1 }')).length, 1);
  });

  it('is in no message, however its line is mangled', () => {
    const around = fc.constantFrom(
      '',
      '"',
      "'",
      '*',
      '&',
      '!',
      '@',
      '%',
      '[',
      '{',
      '{ env: ',
      '{ file',
      ': ',
      '\\q',
      '\t',
      '|',
      '>-',
      '#',
    );
    fc.assert(
      fc.property(
        around,
        around,
        fc.constantFrom('shared-secret: ', 'shared_secret: ', '- ', ''),
        (before, after, key) => {
          const result = check(`accounts:\n  "900001":\n    ${key}${before}Hunter-2-hunter${after}\n  "900002": {}\n`);
          const shown = [...problemsOf(result), ...result.warnings.map(problemText)].join('\n');
          // The name of a file is none of its secret.
          if (!before.includes('file'))
            assert.doesNotMatch(shown.replace(/unknown key.*/g, ''), /shared-secret.*unter-2/i);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('shows itself to nobody who does not ask', () => {
    const secret = new Secret('hunter2');
    const shown = [
      String(secret),
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ secret }, { showHidden: true }),
    ];
    for (const text of shown) assert.doesNotMatch(text, /hunter2/);
    assert.equal(JSON.stringify({ secret }), '{"secret":"[secret]"}');
    assert.equal(secret.reveal(), 'hunter2');
  });
});

describe('an accounts file', () => {
  it('has accounts of 1 to 6 characters', () => {
    assert.deepEqual(revealed(check('accounts: { a: { shared-secret: x }, 012345: { shared-secret: y } }')).sort(), [
      '012345 y',
      'a x',
    ]);
    for (const account of ['9000011', '短信', 'a b', '']) {
      const problems = problemsOf(check(`accounts: { "${account}": { shared-secret: x } }`));
      assert.equal(problems.length, 1, account);
      assert.match(problems[0] ?? '', /^a\.yaml:1:13: .*expected an account of 1 to 6 visible ASCII characters/);
    }
  });

  it('has nothing else, and every problem is reported at once', () => {
    const text =
      'acounts: {}\naccounts:\n  "1": { secret: { env: SP_1 } }\n  "2": hunter2\n  "2": { shared-secret: x, window: 5 }\n';
    assert.deepEqual(problemsOf(check(text)), [
      'a.yaml:1:1: acounts: unknown key "acounts"; did you mean "accounts"?',
      'a.yaml:3:3: accounts.1.shared-secret: missing; write { env: NAME }, the name of an environment variable, or { file: PATH }',
      'a.yaml:3:10: accounts.1.secret: unknown key "secret"; known here: shared-secret',
      'a.yaml:5:3: accounts.2: written twice, first in line 4; remove one',
      'a.yaml:5:28: accounts.2.window: unknown key "window"; known here: shared-secret',
    ]);
  });

  it('has at least one account', () => {
    assert.match(problemsOf(check('accounts: {}'))[0] ?? '', /expected at least one account/);
    assert.match(problemsOf(check('{}'))[0] ?? '', /accounts: missing; write at least one account/);
    assert.match(problemsOf(check('accounts: [x]'))[0] ?? '', /accounts: expected accounts by name/);
    assert.match(problemsOf(check(''))[0] ?? '', /^a\.yaml:1:1: expected keys \(accounts\), got nothing/);
    assert.match(problemsOf(check('a: "'))[0] ?? '', /closing quote/);
  });
});
