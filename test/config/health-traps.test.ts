import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inTcp, problemsOf, sound, warningsOf, withCheck, withKey } from './samples.js';

/** Checks that these warnings and no others are given, and no problem; each text is a part of a line. */
function assertWarnings(text: string, parts: readonly string[]): void {
  assert.deepEqual(problemsOf(text), []);
  const warnings = warningsOf(text);
  assert.equal(warnings.length, parts.length, warnings.join('\n'));
  for (const [index, part] of parts.entries()) assert.ok(warnings[index]?.includes(part), warnings[index]);
}

const ACCOUNT = 'account: "900000", shared-secret: { env: P }';

/** A check of which nothing is to be said. */
function good(keys: string, more: { backend?: string; server?: string; servers?: string } = {}): string {
  return withCheck(`${ACCOUNT}${keys}`, { ...more, backend: `on-marked-down: keep, ${more.backend ?? ''}` });
}

it('nothing is warned about in a good check', () => {
  assertWarnings(good(''), []);
});

it('no check in mode cmpp is warned about, unless it is meant', () => {
  const text = sound.replace(', check: off', '');
  assertWarnings(text, [
    'lb.yaml:4:3: backends.smsc.check: missing: a gateway that dies is only seen by the sessions that fail on it; write check: { type: cmpp }, or check: off if that is meant',
  ]);
  assertWarnings(inTcp(text), []);
  assertWarnings(sound, []);
  assert.equal(
    warningsOf(text.replace('7890 }', '7890, check: {} }')).some((line) => line.includes('dies')),
    false,
  );
  assert.equal(warningsOf(sound.replace('check: off', 'check: { inter: 5 }')).length, 0);
});

describe('a check that only connects never sees a server that hangs', () => {
  const marked = { backend: 'on-marked-down: keep,' };
  const message = 'check.type: only connects, and so never sees a server that hangs';
  const table: [string, string, string | undefined][] = [
    [
      'type tcp in mode cmpp',
      withCheck('type: tcp', marked),
      `${message}, because the system still accepts for it; write type: cmpp`,
    ],
    [
      'type tcp in mode tcp',
      inTcp(withCheck('type: tcp', marked)),
      `${message}, because the system still accepts for it; write type: tcp-script`,
    ],
    ['no type in mode tcp', inTcp(withCheck('', marked)), message],
    ['a script that only sends', withCheck('type: tcp-script, script: [{ send: x }]', marked), message],
    [
      'a script that expects',
      withCheck('type: tcp-script, script: [{ send: x }, { expect-string: y }]', marked),
      undefined,
    ],
    ['type cmpp', withCheck(`type: cmpp, ${ACCOUNT}`, marked), undefined],
    ['type tcp that no server uses', withCheck('type: tcp', { ...marked, server: 'check: off' }), undefined],
  ];
  for (const [name, text, warning] of table) {
    it(`${warning === undefined ? 'is none of' : 'is'} ${name}`, () => {
      assertWarnings(text, warning === undefined ? [] : [warning]);
    });
  }
});

describe('a check without an account', () => {
  const message = 'check.account: missing: the check sees only that logins are answered';

  it('sees little', () => {
    const marked = { backend: 'on-marked-down: keep,' };
    assertWarnings(withCheck('', marked), [message]);
    assertWarnings(inTcp(withCheck('type: cmpp', marked)), [message]);
    assertWarnings(withCheck('', { ...marked, server: 'check: off' }), []);
  });

  it('may be one that only a server has', () => {
    const text = withKey('server', 'check: {}').replace('check: off', 'on-marked-down: keep');
    assertWarnings(text, [`backends.smsc.servers.smsc1.${message}`]);
  });
});

function timed(timeout: string, keys: string, server = ''): string {
  return good(keys, { backend: `timeout: { check: ${timeout} },`, server });
}

describe('timeout.check', () => {
  it('is cut to what leaves fall x inter for finding a stalled server', () => {
    const table: [string, string, string | undefined][] = [
      ['2s', ', inter: 3s, fall: 3', undefined],
      ['2001ms', ', inter: 3s, fall: 3', '2001ms is cut to 2s, because a stalled server is to be found within fall x'],
      ['1500ms', ', inter: 3s, fall: 2', undefined],
      ['1501ms', ', inter: 3s, fall: 2', '1501ms is cut to 1500ms'],
      ['1500ms', ', inter: 3s, fall: 1', undefined],
      ['1501ms', ', inter: 3s, fall: 1', '1501ms is cut to 1500ms'],
      ['3334ms', ', inter: 5s', '3334ms is cut to 3333ms'],
      ['5s', '', '5s is cut to 1333ms'],
    ];
    for (const [timeout, keys, message] of table) {
      assertWarnings(timed(timeout, keys), message === undefined ? [] : [`backends.smsc.timeout.check: ${message}`]);
    }
  });

  it('is looked at for each server', () => {
    assertWarnings(timed('2s', ', inter: 3s', 'check: { fall: 2 }'), ['2s is cut to 1500ms']);
    assertWarnings(timed('2s', ', inter: 1s', 'check: { inter: 3s }'), []);
    assertWarnings(timed('2s', ', inter: 1s', 'check: off'), []);
  });

  it('is reported where it is written, and only if it is', () => {
    assertWarnings(`defaults: { timeout: { check: 5s } }\n${good('')}`, [
      'lb.yaml:1:31: defaults.timeout.check: 5s is cut to 1333ms',
    ]);
    assertWarnings(good(', inter: 1s'), []);
  });
});

function slow(keys: string): string {
  return good('', { backend: `slowstart: 30s, ${keys}` });
}

describe('slowstart', () => {
  it('has no effect where weights do not grow', () => {
    const table: [string, string | undefined][] = [
      ['balance: roundrobin,', undefined],
      ['balance: leastconn,', undefined],
      ['balance: account, hash-type: consistent,', undefined],
      [
        'balance: static-rr,',
        'slowstart: has no effect with balance static-rr, whose weights do not grow; write balance: roundrobin',
      ],
      [
        'balance: account,',
        'slowstart: has no effect with hash-type maglev, whose weights do not grow; write hash-type:',
      ],
      ['balance: account, hash-type: map-based,', 'slowstart: has no effect with hash-type map-based'],
    ];
    for (const [keys, message] of table) assertWarnings(slow(keys), message === undefined ? [] : [message]);
  });

  it('of a server is looked at too', () => {
    assertWarnings(good('', { backend: 'balance: static-rr,', server: 'slowstart: 5s' }), [
      'backends.smsc.servers.smsc1.slowstart: has no effect with balance static-rr',
    ]);
  });
});

it('on-marked-down should be said in mode tcp, where sessions do not move', () => {
  const message =
    'backends.smsc.on-marked-down: missing: sessions of a server that is down stay on it until they time out; write close, or keep if that is meant';
  const script = 'type: tcp-script, script: [{ expect-string: y }]';
  assertWarnings(withCheck(ACCOUNT), []);
  assertWarnings(inTcp(withCheck(script)), [message]);
  assertWarnings(inTcp(withCheck(script, { backend: 'on-marked-down: close,' })), []);
  assertWarnings(inTcp(withCheck(script, { backend: 'on-marked-down: keep,' })), []);
  assertWarnings(withCheck(script, { server: 'check: off' }), []);
});

it('a secret should not stand in the file', () => {
  const text = good('').replace('{ env: P }', 'hunter2');
  assertWarnings(text, ['check.shared-secret: a secret stands in the file; write { env: NAME } or { file: PATH }']);
  assert.doesNotMatch(warningsOf(text).join('\n'), /hunter2/);
});
