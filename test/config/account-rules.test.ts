import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { NO_RULES } from '../../src/balancer/account-rules.js';
import { accountOfKey } from '../../src/config/account-name.js';
import { printableBytes } from '../../src/log/escape.js';
import { configOf, inTcp, problemsOf, sound, warningsOf } from './samples.js';

/** The sound configuration with this section of accounts behind it. */
function withSection(section: string): string {
  return `${sound}${section}\n`;
}

function withAccount(keys: string, name = '"900001"'): string {
  return withSection(`accounts: { ${name}: { ${keys} } }`);
}

/** Checks that exactly these problems or warnings are found; each text is a part of a line. */
function assertFound(lines: readonly string[], parts: readonly string[]): void {
  assert.equal(lines.length, parts.length, lines.join('\n'));
  for (const [index, part] of parts.entries()) assert.ok(lines[index]?.includes(part), lines[index]);
}

describe('the name of an account', () => {
  const table: readonly (readonly [string, string])[] = [
    ['900001', '900001'],
    ['a', 'a'],
    [String.raw`\x0b\xb8sp`, '\x0b\xb8sp'],
    [String.raw`\x5cx41`, '\\x41'],
    ['\xe9', '\xe9'],
    ['a b', 'a b'],
  ];
  for (const [key, account] of table) {
    it(`${key} is ${JSON.stringify(account)}`, () => assert.deepEqual(accountOfKey(key), { kind: 'name', account }));
  }

  for (const [key, part] of [
    ['', 'expected an account of 1 to 6 bytes, which is what Source_Addr holds, got 0'],
    ['9000001', 'got 7'],
    [String.raw`a\b`, String.raw`write a backslash as \x5c`],
    [String.raw`a\x4`, String.raw`write a backslash as \x5c`],
    ['短信', String.raw`write bytes outside ASCII as \xNN, as the log does`],
    ['901 ', 'spaces and 0x00 at its end are left out'],
    [String.raw`901\x00`, 'spaces and 0x00 at its end are left out'],
  ] as const) {
    it(`is not ${JSON.stringify(key)}`, () => {
      const named = accountOfKey(key);
      assert.ok(named.kind === 'fault' && named.message.includes(part), JSON.stringify(named));
    });
  }

  it('is written as the log writes it, whatever its bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 6 }), (bytes) => {
        const account = String.fromCharCode(...bytes);
        if (/[ \0]$/.test(account)) return;
        assert.deepEqual(accountOfKey(printableBytes(account)), { kind: 'name', account });
      }),
    );
  });

  it('may have bytes that YAML itself escapes', () => {
    const both = [String.raw`"\x0b\xb8sp"`, String.raw`'\x0b\xb8sp'`];
    const names = both.map((key) => configOf(withAccount('', key)).accounts.listed[0]?.account);
    assert.deepEqual(names, ['\x0b\xb8sp', '\x0b\xb8sp']);
  });
});

describe('a key of accounts of the wrong form', () => {
  const table: readonly (readonly [string, string])[] = [
    ['submit-rate: 500', 'expected a rate such as 500/s or 30/m, at most 1000000/s, got 500; write 500/s'],
    ['submit-rate: "500 / sec"', 'write 500/s'],
    ['submit-rate: 0/s', 'expected a rate such as 500/s'],
    ['submit-rate: 1000001/s', 'at most 1000000/s'],
    ['submit-rate: 5/d', 'expected a rate such as 500/s'],
    ['submit-rate: 5/s, burst: 0', 'burst: expected a whole number from 1 to 1000000, got 0'],
    ['window: 4097', 'window: expected a whole number from 1 to 4096'],
    ['max-connections: 0', 'max-connections: expected a whole number from 1'],
    ['window: 1, over-rate: drop', 'over-rate: expected one of delay, reject'],
    ['allow-from: 10.0.0.1', 'allow-from: expected a list such as [10.0.0.0/8, 192.0.2.1]'],
    ['allow-from: []', 'allow-from: expected at least one address; remove the key to allow all'],
    ['allow-from: [10.0.0]', 'allow-from[0]: expected a network'],
    ['max-connection: 4', 'unknown key "max-connection"; did you mean "max-connections"?'],
    ['shared-secret: 123456', 'expected { env: NAME }, the name of an environment variable, or { file: PATH }'],
  ];
  for (const [keys, part] of table) {
    it(`is told: ${keys}`, () => assertFound(problemsOf(withAccount(keys)), [part]));
  }

  it('is told of default-account, which has no secret', () => {
    assertFound(problemsOf(withSection('default-account: { shared-secret: { env: A } }')), [
      'default-account.shared-secret: unknown key "shared-secret"',
    ]);
    assertFound(problemsOf(withSection('unknown-accounts: deny')), ['expected one of allow, refuse, got "deny"']);
    assertFound(problemsOf(withSection('accounts: [a]')), ['accounts: expected accounts by name, got a list']);
  });
});

describe('what is refused in accounts', () => {
  it('is a name that is none, or that is there twice', () => {
    assertFound(problemsOf(withAccount('', '"9000001"')), ['lb.yaml:5:13: accounts.9000001: expected an account of 1']);
    assertFound(problemsOf(withSection(String.raw`accounts: { A: {}, '\x41': {} }`)), [
      'is the account A in another spelling; remove one',
    ]);
  });

  it('is a secret that is not there', () => {
    assertFound(problemsOf(withAccount('shared-secret: { env: missing }')), [
      'accounts.900001.shared-secret: the environment variable missing holds no secret',
    ]);
    assertFound(problemsOf(withAccount('shared-secret: { env: there }')), []);
  });

  for (const [alone, part, beside] of [
    ['burst: 5', 'burst: needs submit-rate beside it; write the rate', 'submit-rate: 5/s'],
    ['over-rate: delay', 'over-rate: needs submit-rate or window beside it', 'window: 1'],
    ['over-rate: reject', 'over-rate: needs submit-rate or window beside it', 'submit-rate: 5/s'],
    ['on-max-connections: refuse', 'on-max-connections: needs max-connections beside it', 'max-connections: 1'],
  ] as const) {
    it(`is ${alone} alone`, () => {
      assertFound(problemsOf(withAccount(alone)), [part]);
      assertFound(problemsOf(withAccount(`${alone}, ${beside}`)), []);
      assertFound(problemsOf(withSection(`default-account: { ${alone} }`)), [part]);
    });
  }

  it('is a clock-window without a secret, with which anybody could write any time', () => {
    assertFound(problemsOf(withAccount('clock-window: 5m')), [
      'clock-window: needs shared-secret beside it; anybody may',
    ]);
    assertFound(problemsOf(withAccount('clock-window: 5m, shared-secret: { env: A }')), []);
  });
});

describe('what is warned of in accounts', () => {
  it('is a secret that stands in the file', () => {
    assertFound(warningsOf(withAccount('shared-secret: hunter2')), ['a secret stands in the file']);
    assert.ok(!warningsOf(withAccount('shared-secret: hunter2')).join().includes('hunter2'));
  });

  it('is what is said where nobody logs in', () => {
    const text = inTcp(withSection('accounts: { A: {} }\nunknown-accounts: allow'));
    assertFound(
      warningsOf(text).filter((line) => line.includes('no frontend has mode cmpp')),
      [': accounts: has no effect', ': unknown-accounts: has no effect'],
    );
    assertFound(warningsOf(withAccount('')), []);
  });

  it('is that nobody may log in, or that limits are of nobody', () => {
    assertFound(warningsOf(withSection('unknown-accounts: refuse')), ['no account is listed']);
    assertFound(
      warningsOf(withSection('accounts: { A: {} }\nunknown-accounts: refuse\ndefault-account: { window: 1 }')),
      ['default-account: has no effect, because accounts that are not listed are refused'],
    );
  });
});

function rateOf(keys: string) {
  return configOf(withAccount(keys)).accounts.listed[0]?.submitRate;
}

describe('accounts as they are used', () => {
  it('are in the order of the file, with every default', () => {
    const { accounts } = configOf(withSection('accounts: { "900002": {}, "1": {}, A: { window: 7 } }'));
    assert.deepEqual(accounts, {
      listed: [
        { ...NO_RULES, account: '900002' },
        { ...NO_RULES, account: '1' },
        { ...NO_RULES, account: 'A', window: 7 },
      ],
      unlisted: NO_RULES,
    });
  });

  it('have their rate in seconds, and a burst of one of them', () => {
    assert.deepEqual(rateOf('submit-rate: 500/s'), { perSecond: 500, burst: 500 });
    assert.deepEqual(rateOf('submit-rate: 500/s, burst: 7'), { perSecond: 500, burst: 7 });
    assert.deepEqual(rateOf('submit-rate: 30/m'), { perSecond: 0.5, burst: 1 });
    assert.deepEqual(rateOf('submit-rate: 90/m'), { perSecond: 1.5, burst: 2 });
  });

  it('have their secret, which nothing shows', () => {
    const { accounts } = configOf(withAccount('shared-secret: { env: A }, clock-window: 5m'));
    const [account] = accounts.listed;
    assert.equal(account?.secret?.reveal(), 'secret of A');
    assert.equal(account?.clockWindowMs, 300_000);
    assert.ok(!JSON.stringify(accounts).includes('secret of A'));
  });

  it('may be limited or refused where they are not listed', () => {
    const limited = configOf(withSection('default-account: { window: 16, over-rate: reject, allow-from: [unix] }'));
    assert.deepEqual(limited.accounts.unlisted, {
      ...NO_RULES,
      window: 16,
      overRate: 'reject',
      allowFrom: [{ kind: 'unix' }],
    });
    const refused = configOf(withSection('accounts: { A: {} }\nunknown-accounts: refuse'));
    assert.equal(refused.accounts.unlisted, undefined);
  });
});
