import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scriptFault } from '../../src/health/probe-script.js';
import type { ExpectName, ScriptStep } from '../../src/health/probe-script.js';
import type { FakeLink } from './probe-scene.js';
import { ProbeScene } from './probe-scene.js';

const send = (text: string): ScriptStep => ({ kind: 'send', bytes: Buffer.from(text) });
const expect = (pattern: string, match: ExpectName = 'string'): ScriptStep => ({ kind: 'expect', match, pattern });
const connect = (port?: number): ScriptStep => ({ kind: 'connect', port });

function opened(...script: readonly ScriptStep[]): { scene: ProbeScene; link: FakeLink } {
  const scene = new ProbeScene({ kind: 'tcp-script', script });
  return { scene, link: scene.opened() };
}

describe('a tcp-script probe', () => {
  it('sends and expects in order', () => {
    const { scene, link } = opened(expect('+OK'), send('PING\r\n'), expect('+PONG'), send('QUIT\r\n'));
    assert.equal(link.sent.length, 0);
    scene.clock.advance(2);
    link.send('+OK ready\r\n');
    assert.equal(String(link.sent), 'PING\r\n');
    scene.clock.advance(3);
    link.send('+PONG\r\n');
    assert.equal(String(link.sent), 'PING\r\nQUIT\r\n');
    const { status, text, durationMs, steps } = scene.outcome();
    assert.deepEqual([status, text, durationMs], ['L7OK', 'bytes sent: 6', 5]);
    assert.deepEqual(
      steps.map(({ name, text }) => `${name}: ${text}`),
      [
        'connect: connected in 0 ms',
        'expect string "+OK": string "+OK" in 2 ms',
        'send: bytes sent: 6',
        'expect string "+PONG": string "+PONG" in 3 ms',
        'send: bytes sent: 6',
      ],
    );
  });

  for (const [name, script, port] of [
    ['is empty', [], undefined],
    ['only connects', [connect()], undefined],
    ['only connects to another port', [connect(7891)], 7891],
  ] as const) {
    it(`makes one connection and no more when its script ${name}`, () => {
      const { scene, link } = opened(...script);
      assert.equal(scene.verdict(), 'passed L4OK: connected in 0 ms');
      assert.deepEqual([scene.links.length, link.port], [1, port]);
    });
  }

  it('closes one connection before it makes the next, and forgets what came on it', () => {
    const { scene, link } = opened(connect(), expect('one'), connect(7891), expect('one'));
    link.send('one');
    assert.deepEqual([link.isClosed, scene.links.length, scene.link.port], [true, 2, 7891]);
    scene.link.events.opened();
    assert.equal(scene.outcomes.length, 0);
    scene.link.send('one');
    assert.equal(scene.verdict(), 'passed L7OK: string "one" in 0 ms');
  });

  it('fails at a second port where nobody listens', () => {
    const { scene, link } = opened(expect('one'), connect(7891));
    link.send('one');
    scene.link.close();
    scene.link.events.lost('ECONNREFUSED');
    assert.equal(scene.verdict(), 'failed L4CON: connection refused (ECONNREFUSED)');
  });

  for (const [match, pattern, sent, isIn] of [
    ['string', '+OK', 'x+OK', true],
    ['string', '+ok', '+OK', false],
    ['string', 'abc', '\0\x01abc', true],
    ['string', '好', Buffer.from('好的').toString('latin1'), true],
    ['rstring', '^\\+OK .*two', '+OK one two', true],
    ['rstring', '^two', 'one\r\ntwo', false],
    ['rstring', '^\\xff.$', '\xff\xfe', true],
    ['binary', '2b4f4b', 'x+OK', true],
    ['binary', '2B4F', '+OK', true],
    ['binary', '12ab', '\x01\x2a\xb0', false],
    ['rbinary', '^2B.*4B$', '+OK', true],
    ['rbinary', '2b', '+OK', false],
    ['rbinary', '2AB', '\x12\xab', true],
  ] as const) {
    it(`finds ${match} ${pattern} ${isIn ? '' : 'not '}in ${JSON.stringify(sent)}`, () => {
      const { scene, link } = opened(expect(pattern, match));
      link.send(sent);
      if (!isIn) scene.clock.advance(5000);
      assert.equal(scene.outcome().hasPassed, isIn);
    });
  }

  it('finds by several expects what came together, in any order, and by none what came before a send', () => {
    const { scene, link } = opened(expect('two'), expect('one'), send('x'), expect('one'));
    link.send('one two');
    scene.clock.advance(5000);
    assert.equal(scene.verdict(), 'failed L7TOUT: no string "one" in 5 s');
  });

  it('waits for a byte, whatever the pattern says', () => {
    const { scene } = opened(expect('.*', 'rstring'));
    scene.clock.advance(5000);
    assert.equal(scene.verdict(), 'failed L7TOUT: no rstring ".*" in 5 s');
  });

  it('says what came instead, with nothing in it that a log could trip over', () => {
    const { scene, link } = opened(expect('2b4f', 'binary'));
    link.send('-ERR\r\n\x1b[31m\xff');
    scene.clock.advance(5000);
    assert.equal(scene.verdict(), String.raw`failed L7TOUT: no binary 2b4f in 5 s; it sent "-ERR\r\n\u001b[31m\u00ff"`);
    const closed = opened(expect('+OK'));
    closed.link.send('-'.repeat(50));
    closed.link.close();
    closed.link.events.lost('closed by the server');
    const shown = `"${'-'.repeat(40)}" and 10 bytes more`;
    assert.equal(closed.scene.verdict(), `failed L7RSP: closed by the server before string "+OK"; it sent ${shown}`);
  });

  it('holds 16,384 bytes, a match at their end included', () => {
    const exact = opened(expect('+OK'));
    exact.link.send('x'.repeat(16_381));
    exact.link.send('+OK');
    assert.match(exact.scene.verdict(), /^passed L7OK/);
    const beyond = opened(expect('+OK'));
    beyond.link.send(`${'x'.repeat(16_382)}+OK`);
    assert.match(beyond.scene.verdict(), /^failed L7RSP: 16384 bytes without string "\+OK"; it sent "x/);
  });
});

describe('the fault of a script step', () => {
  const lone: readonly (readonly [ScriptStep, RegExp | undefined])[] = [
    [connect(7891), undefined],
    [send('x'), undefined],
    [send(''), /^nothing to send; write/],
    [expect(''), /^any answer has nothing in it/],
    [expect('(', 'string'), undefined],
    [expect('(', 'rstring'), /^not a regular expression; write/],
    [expect('^a+$', 'rstring'), undefined],
    [expect('[', 'rbinary'), /^not a regular expression; write/],
    [expect('^2B', 'rbinary'), undefined],
    [expect('2b4', 'binary'), /^expected bytes in hex/],
    [expect('2b 4', 'binary'), /^expected bytes in hex/],
    [expect('2b4F', 'binary'), undefined],
  ];
  for (const [step, says] of lone) {
    it(`${says === undefined ? 'is none' : says.source} for ${JSON.stringify(step)}`, () => {
      const fault = scriptFault(step);
      if (says === undefined) assert.equal(fault, undefined);
      else assert.match(fault ?? '', says);
    });
  }
});
