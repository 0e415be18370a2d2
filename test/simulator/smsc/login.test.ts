import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { authenticatorIsmg, authenticatorSource } from '../../../src/cmpp/authenticator.js';
import { frameOf, makePdu } from '../../../src/cmpp/pdu.js';
import { VERSIONS } from '../../../src/cmpp/version.js';
import { NO_FAULTS } from '../../../src/simulator/smsc/fault.js';
import { BenchGateway } from './bench-gateway.js';

const secrets = new Map([['900001', 'opensesame']]);

describe('a login at the SMSC simulator', () => {
  for (const version of VERSIONS) {
    it(`is answered in ${version} with a proof of the shared secret`, () => {
      const sp = new BenchGateway({ secrets }).connect(version);
      sp.login('900001', 'opensesame');
      const proofOfSource = authenticatorSource({ sourceAddr: '900001', timestamp: 304050607 }, 'opensesame');
      const answer = sp.take('connectResp');
      assert.equal(answer.status, 0);
      assert.equal(answer.version, 0x30);
      assert.deepEqual(answer.authenticatorIsmg, authenticatorIsmg(0, proofOfSource, 'opensesame', version));
      assert.equal(sp.isEnded, false);
    });
  }

  it('tells who came and from where', () => {
    const bench = new BenchGateway({ secrets });
    bench.connect('2.0').login('900001', 'opensesame');
    assert.deepEqual(bench.events, [{ kind: 'login', account: '900001', peer: '192.0.2.1:5000', version: '2.0' }]);
  });

  const refusals = [
    { why: 'a wrong secret', account: '900001', secret: 'sesame', version: 0x30, status: 3 },
    { why: 'an unknown account', account: '900002', secret: 'opensesame', version: 0x30, status: 2 },
    { why: 'a version above 3.0', account: '900001', secret: 'opensesame', version: 0x40, status: 4 },
  ];
  for (const { why, account, secret, version, status } of refusals) {
    it(`is refused for ${why} with status ${status}, and the connection is closed`, () => {
      const bench = new BenchGateway({ secrets });
      const sp = bench.connect('3.0');
      sp.login(account, secret, { version });
      assert.equal(sp.take('connectResp').status, status);
      assert.equal(sp.isEnded, true);
      assert.deepEqual(bench.events, [{ kind: 'login-refused', account, peer: '192.0.2.1:5000', status }]);
      assert.equal(bench.gateway.counts.loginsRefused, 1);
    });
  }

  it('is let in by any account and secret when no secrets are given', () => {
    const sp = new BenchGateway().connect('3.0');
    sp.login('123456', 'whatever');
    assert.equal(sp.take('connectResp').status, 0);
  });

  it('takes the bytes of other versions for what they mean', () => {
    for (const byte of [0x00, 0x01, 0x12, 0x20, 0x21, 0x30, 0x7f]) {
      const sp = new BenchGateway().connect(byte >= 0x30 ? '3.0' : '2.0');
      sp.login('900001', '', { version: byte });
      assert.equal(sp.take('connectResp').status, 0, `version 0x${byte.toString(16)}`);
    }
  });

  it('is refused with the status of the fault, in the version of the client', () => {
    for (const version of VERSIONS) {
      const bench = new BenchGateway();
      bench.gateway.faults = { ...NO_FAULTS, connectStatus: 56 };
      const sp = bench.connect(version);
      sp.login('900001', '');
      assert.equal(sp.take('connectResp').status, 56);
      assert.equal(sp.isEnded, true);
    }
  });

  it('of a wrong length is refused with status 1', () => {
    const sp = new BenchGateway().connect('3.0');
    const frame = frameOf(makePdu('connect', 1, { sourceAddr: '900001' }), '3.0').slice(0, 38);
    frame[3] = 38;
    sp.receive(frame);
    assert.equal(sp.take('connectResp').status, 1);
    assert.equal(sp.isEnded, true);
  });

  it('may be preceded by an ACTIVE_TEST, but by nothing else', () => {
    const sp = new BenchGateway().connect('3.0');
    const sequenceId = sp.request('activeTest');
    assert.equal(sp.take('activeTestResp').sequenceId, sequenceId);
    sp.submit();
    assert.deepEqual(sp.takeAll(), []);
    assert.equal(sp.isEnded, true);
  });

  it('a second time on one connection is refused with status 5, and the session terminated', () => {
    const bench = new BenchGateway();
    const sp = bench.login('3.0');
    sp.login('900001', '');
    assert.equal(sp.take('connectResp').status, 5);
    sp.say('terminateResp', sp.take('terminate').sequenceId);
    assert.equal(sp.isEnded, true);
    assert.deepEqual(bench.events.at(-1), { kind: 'logout', account: '900001', why: 'bad frame', submits: 0 });
  });

  it('that does not come in time ends the connection', () => {
    const bench = new BenchGateway({ loginTimeoutMs: 30_000 });
    const sp = bench.connect('3.0');
    bench.clock.advance(29_999);
    assert.equal(sp.isEnded, false);
    bench.clock.advance(1);
    assert.equal(sp.isEnded, true);
  });
});
