import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isAuthentic } from '../../src/cmpp/authenticator.js';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { connectTimestamp } from '../../src/cmpp/timestamp.js';
import { VERSIONS, versionByte } from '../../src/cmpp/version.js';
import type { Version } from '../../src/cmpp/version.js';
import type { ProbeSettings } from '../../src/health/probe.js';
import type { FakeLink } from './probe-scene.js';
import { activeTestResp, connectResp, ProbeScene, terminateResp } from './probe-scene.js';

const account = { sourceAddr: '900001', sharedSecret: 'opensesame' };
const known: ProbeSettings = { kind: 'cmpp', account, version: '3.0', persistent: false };
const unknown: ProbeSettings = { ...known, account: undefined };

/** A PDU of `lengthBytes`, whatever its command has. */
function pduOfLength(commandId: number, sequenceId: number, lengthBytes: number): Buffer {
  const bytes = Buffer.alloc(lengthBytes);
  bytes.writeUInt32BE(lengthBytes);
  bytes.writeUInt32BE(commandId, 4);
  bytes.writeUInt32BE(sequenceId, 8);
  return bytes;
}

/** What is sent at each step by a server that answers at once. */
function answerAll(link: FakeLink): void {
  link.send(connectResp(0));
  link.send(activeTestResp(2));
  link.send(terminateResp(3));
}

describe('a cmpp probe with an account', () => {
  it('logs in, asks, and takes leave', () => {
    const scene = new ProbeScene(known);
    const link = scene.opened();
    const connect = link.takenOne('connect');
    assert.deepEqual([connect.sequenceId, connect.sourceAddr, connect.version], [1, '900001', 0x30]);
    assert.equal(connect.timestamp, connectTimestamp(scene.clock.wallMs()));
    assert.ok(isAuthentic(connect, account.sharedSecret));
    scene.clock.advance(1);
    link.send(connectResp(0));
    assert.equal(link.takenOne('activeTest').sequenceId, 2);
    scene.clock.advance(2);
    link.send(activeTestResp(2));
    assert.equal(link.takenOne('terminate').sequenceId, 3);
    assert.equal(link.isClosed, false);
    scene.clock.advance(4);
    link.send(terminateResp(3));
    assert.deepEqual(scene.outcome(), {
      hasPassed: true,
      status: 'L7OK',
      text: 'ACTIVE_TEST answered in 2 ms',
      durationMs: 7,
      steps: [
        { name: 'connect', durationMs: 0, text: 'connected in 0 ms', hasPassed: true },
        { name: 'CONNECT', durationMs: 1, text: 'status 0 (ok)', hasPassed: true },
        { name: 'ACTIVE_TEST', durationMs: 2, text: 'ACTIVE_TEST answered in 2 ms', hasPassed: true },
        { name: 'TERMINATE', durationMs: 4, text: 'answered in 4 ms', hasPassed: true },
      ],
    });
  });

  for (const version of VERSIONS) {
    it(`logs in as ${version}, and takes the answer of either version`, () => {
      for (const answered of VERSIONS) {
        const scene = new ProbeScene({ ...known, version });
        const link = scene.opened();
        assert.equal(link.takenOne('connect').version, versionByte(version));
        link.send(connectResp(0, answered));
        link.takenOne('activeTest');
        scene.probe.stop();
      }
    });
  }

  it('takes an ACTIVE_TEST_RESP without its reserved byte', () => {
    const scene = new ProbeScene(known);
    const link = scene.opened();
    link.send(connectResp(0));
    link.send(pduOfLength(0x80000008, 2, 12));
    link.send(terminateResp(3));
    assert.match(scene.verdict(), /^passed L7OK: ACTIVE_TEST answered/);
  });

  const answers: readonly { name: string; say: (link: FakeLink) => void; verdict: string }[] = [
    {
      name: 'a login that is refused',
      say: (link) => link.send(connectResp(3)),
      verdict: 'failed L7STS: login refused: status 3 (auth error)',
    },
    {
      name: 'a login that is refused in 2.0',
      say: (link) => link.send(connectResp(5, '2.0')),
      verdict: 'failed L7STS: login refused: status 5 (other error, on some gateways too many connections)',
    },
    {
      name: 'a CONNECT_RESP of no version',
      say: (link) => link.send(pduOfLength(0x80000001, 1, 12)),
      verdict: 'failed L7RSP: CONNECT_RESP has Total_Length 12',
    },
    {
      name: 'an ACTIVE_TEST_RESP that is too long',
      say: (link) => {
        link.send(connectResp(0));
        link.send(pduOfLength(0x80000008, 2, 14));
      },
      verdict: 'failed L7RSP: ACTIVE_TEST_RESP has Total_Length 14',
    },
    {
      name: 'an HTTP server',
      say: (link) => link.send('HTTP/1.1 400 Bad Request\r\n\r\n'),
      verdict: 'failed L7RSP: Total_Length 1213486160 where CONNECT_RESP was awaited',
    },
    {
      name: 'a PDU shorter than its header',
      say: (link) => {
        link.send(connectResp(0));
        link.send(pduOfLength(0x80000008, 2, 12).fill(0, 0, 4));
      },
      verdict: 'failed L7RSP: Total_Length 0 where ACTIVE_TEST_RESP was awaited',
    },
    {
      name: 'a connection that is closed before the login',
      say: (link) => link.events.lost('closed by the server'),
      verdict: 'failed L7RSP: closed by the server before CONNECT_RESP',
    },
    {
      name: 'a connection that breaks in a PDU',
      say: (link) => {
        link.send(connectResp(0).subarray(0, 7));
        link.events.lost('ECONNRESET');
      },
      verdict: 'failed L7RSP: connection lost before CONNECT_RESP (ECONNRESET); 7 bytes of a PDU came',
    },
    {
      name: 'a server that takes leave',
      say: (link) => {
        link.send(connectResp(0));
        link.send(frameOf(makePdu('terminate', 9), '3.0'));
        assert.deepEqual(link.taken().at(-1), makePdu('terminateResp', 9));
      },
      verdict: 'failed L7RSP: terminated by the server before ACTIVE_TEST_RESP',
    },
  ];
  for (const { name, say, verdict } of answers) {
    it(`fails at ${name}`, () => {
      const scene = new ProbeScene(known);
      const link = scene.opened();
      say(link);
      link.close();
      assert.equal(scene.verdict(), verdict);
    });
  }

  it('takes no answer that it has not asked for', () => {
    const scene = new ProbeScene(known);
    const link = scene.opened();
    link.send(connectResp(0, '3.0', 7));
    link.send(activeTestResp(1));
    link.send(frameOf(makePdu('submitResp', 1), '3.0'));
    scene.clock.advance(5000);
    assert.equal(scene.verdict(), 'failed L7TOUT: no CONNECT_RESP in 5 s');
  });

  it('gives the server what it is owed meanwhile', () => {
    const scene = new ProbeScene(known);
    const link = scene.opened();
    link.takenOne('connect');
    // Before the login there is nobody to deliver to.
    link.send(frameOf(makePdu('deliver', 70), '3.0'));
    link.send(frameOf(makePdu('activeTest', 71), '3.0'));
    link.send(connectResp(0));
    link.send(frameOf(makePdu('deliver', 72, { msgId: 99n }), '3.0'));
    assert.deepEqual(link.taken(), [
      makePdu('activeTestResp', 71),
      makePdu('activeTest', 2),
      makePdu('deliverResp', 72, { msgId: 99n, result: 8 }),
    ]);
    link.send(activeTestResp(2));
    link.send(terminateResp(3));
    assert.match(scene.verdict(), /^passed/);
  });

  it('puts a message off in the version that the server speaks', () => {
    const scene = new ProbeScene(known);
    const link = scene.opened();
    link.send(connectResp(0, '2.0'));
    link.taken();
    link.send(frameOf(makePdu('deliver', 5, { msgId: 7n }), '2.0'));
    assert.equal(link.sent.length, 21);
    assert.deepEqual(link.taken('2.0'), [makePdu('deliverResp', 5, { msgId: 7n, result: 8 })]);
    scene.probe.stop();
  });

  for (const [name, say, leaves] of [
    ['before the login', () => {}, false],
    ['after the login', (link: FakeLink) => link.send(connectResp(0)), true],
    [
      'after its TERMINATE',
      (link: FakeLink) => [connectResp(0), activeTestResp(2)].map((each) => link.send(each)),
      false,
    ],
  ] as const) {
    it(`says nothing more when it is stopped ${name}${leaves ? ', but takes leave' : ''}`, () => {
      const scene = new ProbeScene(known);
      const link = scene.opened();
      say(link);
      link.taken();
      scene.probe.stop();
      assert.deepEqual(
        link.taken().map(({ command }) => command),
        leaves ? ['terminate'] : [],
      );
      answerAll(link);
      link.events.lost('ECONNRESET');
      scene.clock.advance(20_000);
      assert.deepEqual([scene.outcomes.length, scene.clock.pending, scene.isEverythingClosed], [0, 0, true]);
    });
  }
});

describe('a cmpp probe without an account', () => {
  it('shows who it is, and knows no secret', () => {
    const scene = new ProbeScene(unknown);
    const connect = scene.opened().takenOne('connect');
    assert.deepEqual([connect.sourceAddr, Buffer.from(connect.authenticatorSource)], ['probe', Buffer.alloc(16)]);
    assert.equal(connect.timestamp, connectTimestamp(scene.clock.wallMs()));
    scene.probe.stop();
  });

  for (const [status, version] of [
    [3, '3.0'],
    [2, '2.0'],
    [77, '3.0'],
  ] as readonly [number, Version][]) {
    it(`passes when it is refused with status ${status} of ${version}`, () => {
      const scene = new ProbeScene(unknown);
      scene.opened().send(connectResp(status, version));
      assert.equal(scene.verdict(), `passed L7OK: alive: it refuses an unknown login (status ${status})`);
    });
  }

  it('goes on when it is let in, and says so', () => {
    const scene = new ProbeScene(unknown);
    answerAll(scene.opened());
    const { steps, ...outcome } = scene.outcome();
    assert.deepEqual([outcome.status, outcome.text], ['L7OK', 'alive, and it lets anybody in']);
    assert.deepEqual(
      steps.map(({ name }) => name),
      ['connect', 'CONNECT', 'ACTIVE_TEST', 'TERMINATE'],
    );
  });

  it('fails at a server that does not answer, or not with a CONNECT_RESP', () => {
    const silent = new ProbeScene(unknown);
    silent.opened();
    silent.clock.advance(5000);
    assert.equal(silent.verdict(), 'failed L7TOUT: no CONNECT_RESP in 5 s');
    const wrong = new ProbeScene(unknown);
    wrong.opened().send(pduOfLength(0x80000001, 1, 31));
    assert.equal(wrong.verdict(), 'failed L7RSP: CONNECT_RESP has Total_Length 31');
  });
});
