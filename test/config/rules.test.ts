import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inTcp, listening, problemsOf, sound, withKey } from './samples.js';

/** Checks that exactly these problems are found; each text is the end of a line. */
function assertProblems(text: string, ends: readonly string[], descriptorLimit?: number): void {
  const problems = problemsOf(text, descriptorLimit);
  assert.equal(problems.length, ends.length, problems.join('\n'));
  for (const [index, end] of ends.entries()) assert.ok(problems[index]?.endsWith(end), problems[index]);
}

describe('default-backend', () => {
  const unknown = sound.replace('default-backend: smsc', 'default-backend: smsk');

  it('must name a backend, and the nearest is suggested', () => {
    assertProblems(unknown, [':2:50: frontends.sp.default-backend: no backend is called "smsk"; write smsc']);
  });

  it('lists the backends where none is near', () => {
    const text = sound.replace('default-backend: smsc', 'default-backend: gateway');
    assertProblems(`${text}  other: { servers: { a: { address: a:1 } } }\n`, [
      'no backend is called "gateway"; write smsc, other',
    ]);
  });

  it('is not blamed for a backend that has faults itself', () => {
    assertProblems(sound.replace(/ {2}smsc: .*/, '  smsc: 5'), ['got a single value; write some, or remove the line']);
    assertProblems(sound.replace(/backends:[^]*/, 'backends: 5'), ['expected backends by name, got a single value']);
  });
});

describe('mode', () => {
  it('must be the same in a frontend and its backend', () => {
    assertProblems(withKey('frontend', 'mode: tcp'), [
      'frontends.sp.mode: mode tcp cannot use backend smsc, whose mode is cmpp; give both the same',
    ]);
  });

  it('is reported where it is written', () => {
    const text = `defaults: { mode: tcp }\n${withKey('backend', 'mode: cmpp')}`;
    assertProblems(text, [
      'lb.yaml:1:19: defaults.mode: mode tcp cannot use backend smsc, whose mode is cmpp; give both the same',
    ]);
  });

  it('may be inherited by both', () => {
    assertProblems(withKey('defaults', 'mode: tcp'), []);
  });

  it('is not compared where it is misspelt', () => {
    assertProblems(`defaults: { mode: tcp }\n${withKey('frontend', 'mode: cmp')}`, ['got "cmp"; write cmpp']);
  });

  it('must be cmpp for what needs a login', () => {
    assertProblems(inTcp(withKey('backend', 'balance: account')), [
      'backends.smsc.balance: balance account needs mode cmpp, because nobody logs in in mode tcp; write source',
    ]);
    assertProblems(inTcp(withKey('backend', 'stick: { on: account }')), [
      'backends.smsc.stick.on: stick on account needs mode cmpp, because nobody logs in in mode tcp; write source',
    ]);
    assertProblems(inTcp(withKey('backend', 'balance: source, stick: { on: source }')), []);
    assertProblems(withKey('defaults', 'mode: tcp, balance: account'), ['mode tcp; write source']);
  });
});

describe('listen', () => {
  it('must not say an address twice, however it is written', () => {
    assertProblems(listening('["*:1", { address: 0.0.0.0:1 }]'), [
      'frontends.sp.listen[1]: 0.0.0.0:1 is taken by frontend sp; write another address or port',
    ]);
    const two = sound.replace('backends:', '  sp2: { listen: 127.0.0.1:7890, default-backend: smsc }\nbackends:');
    assertProblems(two, [
      'lb.yaml:3:18: frontends.sp2.listen: 127.0.0.1:7890 is taken by frontend sp; write another address or port',
    ]);
  });

  it('may ask for any number of free ports', () => {
    assertProblems(listening('["*:0", "*:0"]'), []);
  });

  it('must trust senders of its own kind, and give permissions for unix sockets only', () => {
    assertProblems(listening('{ address: "*:1", accept-proxy: [unix] }'), [
      'listen.accept-proxy: unix is for unix sockets; write the networks of the senders, such as [10.0.0.0/8]',
    ]);
    assertProblems(listening('{ address: unix:/x, accept-proxy: [10.0.0.1] }'), [
      'listen.accept-proxy: a unix socket has no sender addresses; write [unix]',
    ]);
    assertProblems(listening('["*:2", { address: "*:1", mode: "0600" }]'), [
      'listen[1].mode: only a unix socket has a permission; remove the key',
    ]);
    assertProblems(listening('{ address: unix:/x, accept-proxy: [unix], mode: "600" }'), []);
  });
});

describe('maxconn', () => {
  const advice = 'raise the limit (ulimit -n 2129, or LimitNOFILE=2129 in the systemd unit)';

  it('must not need more descriptors than there are', () => {
    const text = withKey('global', 'maxconn: 1000');
    assertProblems(text, [], 2129);
    assertProblems(
      text,
      [
        `lb.yaml:1:20: global.maxconn: a maxconn of 1000 needs 2129 file descriptors, and the limit is 2128; ${advice} or write 999`,
      ],
      2128,
    );
  });

  it('is told the least that can be written', () => {
    const [problem] = problemsOf(withKey('global', 'maxconn: 2'), 131);
    assert.ok(problem?.endsWith(' or write 1'), problem);
  });

  it('need not be written, but must leave at least one session', () => {
    assertProblems(sound, [], 131);
    assertProblems(
      sound,
      [
        'global.maxconn: a maxconn of 1 needs 131 file descriptors, and the limit is 130; raise the limit (ulimit -n 131, or LimitNOFILE=131 in the systemd unit)',
      ],
      130,
    );
  });
});

it('checks names of frontends, backends and servers', () => {
  const text = sound.replace('sp:', '"s/p":').replaceAll('smsc', 'sm;sc');
  assertProblems(text.replace('sm;sc1', 'a b'), ['got "s/p"', 'got "sm;sc"', 'got "a b"']);
  assertProblems(sound.replace('smsc1', 'Smsc_1.a:b-2'), []);
});
