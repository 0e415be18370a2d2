import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inTcp, problemsOf, sound, withCheck, withKey } from './samples.js';

/** Checks that exactly these problems are found, in this order; each text is a part of a line. */
function assertProblems(text: string, parts: readonly string[]): void {
  const problems = problemsOf(text);
  assert.equal(problems.length, parts.length, problems.join('\n'));
  for (const [index, part] of parts.entries()) assert.ok(problems[index]?.includes(part), problems[index]);
}

describe('a key of health of the wrong form', () => {
  const table: [string, string][] = [
    [withCheck('inter: 5'), 'check.inter: expected a duration such as 5s or 200ms, at most 24d, got 5; write 5ms'],
    [withCheck('fall: 0'), 'check.fall: expected a whole number from 1 to 1000, got 0'],
    [withCheck('rise: 0'), 'check.rise: expected a whole number from 1 to 1000, got 0'],
    [withCheck('type: cmp'), 'check.type: expected one of cmpp, tcp, tcp-script, got "cmp"; write cmpp'],
    [withCheck('init-state: fullyup'), 'got "fullyup"; write fully-up'],
    [withCheck('interval: 5s'), 'check.interval: unknown key "interval"; did you mean "inter"?'],
    [withCheck('version: 3.0'), 'version: expected "2.0" or "3.0", in quotes, got 3; write "3.0" with the quotes'],
    [withCheck('account: 900000'), 'in quotes, got 900000; write "900000" with the quotes'],
    [withCheck('account: "9000000"'), 'check.account: expected an account of 1 to 6 visible ASCII characters'],
    [withCheck('account: "短信"'), 'check.account: expected an account of 1 to 6 visible ASCII characters'],
    [withCheck('type: tcp-script, script: []'), 'check.script: expected at least one step'],
    [withCheck('type: tcp-script, script: x'), 'check.script: expected a list of steps such as - expect-string'],
    [withCheck('type: tcp-script, script: [{ sent: x }]'), 'script[0].sent: unknown key "sent"; did you mean "send"?'],
    [withCheck('type: tcp-script, script: [{ send: 1 }]'), 'send: expected a text; digits alone need quotes, got 1'],
    [withCheck('type: tcp-script, script: [{ send-binary: 0c0 }]'), 'send-binary: expected bytes in hex'],
    [withCheck('type: tcp-script, script: [{ send-binary: 12 }]'), 'digits alone need quotes, got 12'],
    [withCheck('type: tcp-script, script: [{ connect: { port: 0 } }]'), 'from 1 to 65535, got 0'],
    [withKey('server', 'check: { address: "10.0.0.8:90" }'), 'write 10.0.0.8, and 90 as the port'],
    [withKey('server', 'check: { type: tcp }'), 'check.type: unknown key "type"'],
    [withKey('server', 'check: false'), 'init-state), or off, got false; write off'],
    [withKey('server', 'track: a/b/c'), 'track: expected a server such as smsc2, or other-backend/smsc1, got "a/b/c"'],
    [withKey('server', 'disabled: maybe'), 'disabled: expected true or false'],
    [withKey('server', 'slowstart: 0'), 'slowstart: expected a duration'],
    [
      withKey('backend', 'observe: on'),
      'observe: expected keys (unanswered, link-losses, busy, within, max-ejected), or',
    ],
    [
      withCheck('', { backend: 'observe: { busy: 0 },' }),
      'busy: expected a whole number from 1 to 100, or never, got 0',
    ],
    [withCheck('', { backend: 'observe: { busy: 80% },' }), 'got "80%"; write 80'],
    [withCheck('', { backend: 'observe: { busy: 101 },' }), 'got 101'],
    [withCheck('', { backend: 'observe: { link-losses: 0 },' }), 'from 1 to 1000000, or never, got 0'],
    [withCheck('', { backend: 'observe: { unanswered: 0 },' }), 'unanswered: expected never, or a duration'],
    [withCheck('', { backend: 'observe: { within: never },' }), 'within: expected a duration'],
    [
      withCheck('', { backend: 'observe: { max-ejected: 101 },' }),
      'max-ejected: expected a whole number from 0 to 100',
    ],
    [withKey('backend', 'on-marked-down: stay'), 'on-marked-down: expected one of move, close, keep, got "stay"'],
    [inTcp(withKey('backend', 'on-marked-down: move')), 'on-marked-down: move needs mode cmpp'],
    [inTcp(withKey('backend', 'on-link-lost: move')), 'on-link-lost: move needs mode cmpp'],
    [withKey('backend', 'on-marked-up: close'), 'got "close"; write close-backup-sessions'],
    [withKey('defaults', 'timeout: { check: 5 }'), 'defaults.timeout.check: expected a duration'],
  ];
  for (const [text, part] of table) it(`is told: ${part.slice(0, 60)}`, () => assertProblems(text, [part]));

  it('begins where the range ends', () => {
    const observe = 'observe: { busy: 100, link-losses: 1, max-ejected: 0 },';
    assertProblems(withCheck('fall: 1, rise: 1, account: a, shared-secret: x', { backend: observe }), []);
    assertProblems(withCheck('', { backend: 'observe: { busy: 1, max-ejected: 100 },' }), []);
  });
});

function secret(reference: string): string {
  return withCheck(`account: "900000", shared-secret: ${reference}`);
}

describe('the account of a probe', () => {
  it('needs a secret, and a secret an account', () => {
    assertProblems(withCheck('account: "900000"'), [
      'lb.yaml:4:81: backends.smsc.check.account: needs shared-secret beside it; write { env: NAME } or { file: PATH }',
    ]);
    assertProblems(withCheck('shared-secret: { env: P }'), [
      'check.shared-secret: needs account beside it; write the account that it belongs to',
    ]);
    assertProblems(withCheck('account: "900000", shared-secret: { env: P }'), []);
    assertProblems(withCheck('account: 1, shared-secret: { env: P }'), ['check.account: expected an account']);
  });

  it('has a secret that is there, and that no message shows', () => {
    assertProblems(secret('{ env: missing }'), [
      'check.shared-secret: the environment variable missing holds no secret: it is missing, unreadable or empty',
    ]);
    assertProblems(secret('{ file: /missing }'), ['check.shared-secret: the file /missing holds no secret']);
    for (const mangled of ['{ hunter2 }', '[hunter2]', '{ env: hun-ter2 }', '123456']) {
      assertProblems(secret(mangled), ['check.shared-secret: expected { env: NAME }']);
      assert.doesNotMatch(problemsOf(secret(mangled)).join('\n'), /hunter2|hun-ter2|123456/);
    }
    assert.doesNotMatch(problemsOf(sound.replace('check: off', 'check: hunter2')).join('\n'), /hunter2/);
  });
});

describe('the type of a check', () => {
  it('must be cmpp for the keys of a login', () => {
    for (const key of ['version: "3.0"', 'persistent: false', 'account: a, shared-secret: b']) {
      const expected = key.split(', ').map((part) => {
        return `check.${part.split(':')[0] ?? ''}: has no meaning in a check of type tcp; write type: cmpp, or remove it`;
      });
      assertProblems(withCheck(`type: tcp, ${key}`), expected);
      assertProblems(inTcp(withCheck(key)), expected);
      assertProblems(inTcp(withCheck(`type: cmpp, ${key}`)), []);
      assertProblems(withCheck(key), []);
    }
    assertProblems(withCheck('type: tpc, persistent: true'), ['got "tpc"; write tcp']);
  });

  it('must be tcp-script where there is a script, and there only', () => {
    const script = 'script: [{ send: x }]';
    assertProblems(withCheck(script), [
      'check.script: has no meaning in a check of type cmpp; write type: tcp-script, or remove it',
    ]);
    assertProblems(inTcp(withCheck(script)), ['has no meaning in a check of type tcp; write type: tcp-script']);
    assertProblems(withCheck('type: tcp-script'), [
      'check.type: tcp-script needs a script; write its steps, such as - expect-string: "+PONG"',
    ]);
    assertProblems(withCheck(`type: tcp-script, ${script}`), []);
    assertProblems(withCheck('type: tcp-script, script: 5'), ['check.script: expected a list']);
  });
});

describe('a step of a script', () => {
  const table: [string, string | undefined][] = [
    ['{ connect: {} }', undefined],
    ['{ connect: { port: 1 } }', undefined],
    ['{ send: x }', undefined],
    ['{ send-binary: 0C }', undefined],
    ['{ expect-binary: 0C }', undefined],
    ['{ expect-rbinary: "^0c$" }', undefined],
    ['{}', 'script[0]: expected one key, such as send or expect-string; write each step behind a - of its own'],
    ['{ send: x, expect-string: y }', 'script[0]: expected one key'],
    ['{ connect: {}, send: x }', 'script[0]: expected one key'],
    ['{ send: "" }', 'script[0].send: nothing to send'],
    ['{ expect-string: "" }', 'script[0].expect-string: any answer has nothing in it'],
    ['{ expect-rstring: "" }', 'script[0].expect-rstring: any answer has nothing in it'],
    ['{ expect-rstring: "+OK" }', 'script[0].expect-rstring: not a regular expression'],
    ['{ expect-rbinary: "(00" }', 'script[0].expect-rbinary: not a regular expression'],
    ['{ expect-binary: 0c0 }', 'script[0].expect-binary: expected bytes in hex'],
    ['{ expect-binary: 80000008 }', 'digits alone need quotes, got 80000008'],
    ['{ expect-binary: zz }', 'script[0].expect-binary: expected bytes in hex'],
    ['{ expect-binary: "" }', 'script[0].expect-binary: any answer has nothing in it'],
  ];
  for (const [step, problem] of table) {
    it(`${step} is ${problem === undefined ? 'sound' : 'refused'}`, () => {
      assertProblems(withCheck(`type: tcp-script, script: [${step}]`), problem === undefined ? [] : [problem]);
    });
  }

  it('is named by its place', () => {
    const text = withCheck('type: tcp-script, script: [{ send: x }, { expect-rstring: "[" }]');
    assertProblems(text, ['backends.smsc.check.script[1].expect-rstring: not a regular expression']);
  });
});

function unix(keys: string, check = ''): string {
  return withCheck(check, { server: keys }).replace('10.0.0.7:7890', 'unix:/x');
}

describe('a unix socket', () => {
  it('is checked elsewhere only at an address and a port', () => {
    assertProblems(unix('check: { port: 1 }'), [
      'smsc1.check.port: the server is a unix socket, which has no address; write address too',
    ]);
    assertProblems(unix('check: { address: a }'), [
      'smsc1.check.address: the server is a unix socket, which has no port; write port too',
    ]);
    assertProblems(unix('check: { address: a, port: 1 }'), []);
    assertProblems(unix('check: { inter: 1s }'), []);
  });

  it('has no port for a script', () => {
    const script = 'type: tcp-script, script: [{ connect: { port: 1 } }]';
    assertProblems(unix('', script), [
      'smsc1.address: the script connects to another port, and a unix socket has none',
    ]);
    assertProblems(unix('check: off', script), []);
    assertProblems(unix('check: { address: a, port: 1 }', script), []);
  });
});

function observing(keys: string): string {
  return withCheck('', { backend: `observe: { ${keys} },` });
}

describe('observe', () => {
  it('sees no answers in mode tcp', () => {
    assertProblems(inTcp(observing('unanswered: 4s, busy: 80')), [
      'backends.smsc.observe.unanswered: in mode tcp no answers are seen; remove it',
      'backends.smsc.observe.busy: in mode tcp no answers are seen; remove it',
    ]);
    assertProblems(inTcp(observing('link-losses: 5, within: 1s, max-ejected: 10')), []);
    assertProblems(observing('unanswered: 4s, busy: 80'), []);
  });

  it('needs a check', () => {
    const text = withKey('backend', 'observe: {}');
    assertProblems(text, [
      'lb.yaml:4:59: backends.smsc.observe: needs a check, by which a server that is down comes up',
    ]);
    assertProblems(text.replace('{}', 'off'), []);
    assertProblems(text.replace('7890 }', '7890, check: {} }'), []);
    assertProblems(text.replace('check: off', 'check: { inter: 5 }'), ['check.inter: expected a duration']);
  });
});

it('min-up is at most the number of servers that are no backup', () => {
  const servers = 'b: { address: b:1 }, c: { address: c:1, backup: true }';
  assertProblems(withCheck('', { backend: 'min-up: 2,', servers }), []);
  assertProblems(withCheck('', { backend: 'min-up: 3,', servers }), [
    'backends.smsc.min-up: 3 are never up, because 2 servers are no backup; write 2 or less',
  ]);
});

function tracking(servers: string): string {
  return withCheck('', { servers });
}

describe('track', () => {
  it('names a server that there is', () => {
    assertProblems(tracking('b: { address: b:1, track: smsc2 }'), [
      'servers.b.track: no server of backend smsc is called "smsc2"; write smsc1',
    ]);
    assertProblems(tracking('b: { address: b:1, track: smcs/smsc1 }'), [
      'servers.b.track: no backend is called "smcs"; write smsc',
    ]);
    assertProblems(tracking('b: { address: b:1, track: smsc1 }, c: { address: c:1, track: smsc/b }'), []);
    assertProblems(tracking('b: { address: b:1, track: c }, c: 5'), ['servers.c: expected keys']);
  });

  it('may go to another backend', () => {
    const text = withKey('server', 'track: other/o1');
    assertProblems(`${text}  other: { check: {}, servers: { o1: { address: o:1 } } }\n`, []);
    assertProblems(`${text}  other: { servers: { o1: { address: o:1 } } }\n`, [
      'smsc1.track: other/o1 has no check itself; give it one, or track another server',
    ]);
  });

  it('ends at a server that is checked', () => {
    assertProblems(tracking('b: { address: b:1, track: c }, c: { address: c:1, check: off }'), [
      'servers.b.track: smsc/c has no check itself',
    ]);
    assertProblems(tracking('b: { address: b:1, track: b }'), [
      'servers.b.track: smsc/b tracks itself, so that nothing is checked; write a server that has a check',
    ]);
    assertProblems(tracking('b: { address: b:1, track: c }, c: { address: c:1, track: b }'), [
      'servers.b.track: smsc/b tracks itself by way of smsc/c, so that',
      'servers.c.track: smsc/c tracks itself by way of smsc/b, so that',
    ]);
    // Who leads into a circle is not in it.
    const text = 'b: { address: b:1, track: c }, c: { address: c:1, track: d }, d: { address: d:1, track: c }';
    assertProblems(tracking(text), ['servers.c.track: smsc/c tracks itself', 'servers.d.track: smsc/d tracks itself']);
  });

  it('stands for a check, and not beside one', () => {
    assertProblems(tracking('b: { address: b:1, track: smsc1, check: { inter: 1s } }'), [
      'servers.b.track: the server has a check of its own; remove one of the two',
    ]);
    assertProblems(tracking('b: { address: b:1, track: smsc1, check: off }'), []);
  });
});
