import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { describe, it } from 'node:test';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { Level } from '../../src/log/field.js';
import type { ReportLoss } from '../../src/log/line-sink.js';
import { priority, stamp } from '../../src/log/syslog-frame.js';
import type { Facility } from '../../src/log/syslog-frame.js';
import { DATAGRAM_LIMIT_BYTES, SyslogSink } from '../../src/log/syslog-sink.js';
import { FakeClock } from '../support/fake-clock.js';

describe('priority', () => {
  const table: [Facility, Level, string][] = [
    ['local2', 'info', '<150>'],
    ['local2', 'error', '<147>'],
    ['local0', 'debug', '<135>'],
    ['daemon', 'warn', '<28>'],
    ['kern', 'error', '<3>'],
    ['local7', 'info', '<190>'],
  ];
  for (const [facility, level, expected] of table) {
    it(`is ${expected} for ${facility}.${level}`, () => assert.equal(priority(facility, level), expected));
  }
});

describe('stamp', () => {
  it('is the head of HAProxy’s datagrams with our name in it', () => {
    const wallMs = Date.parse('2026-11-21T19:34:26.213Z');
    assert.equal(stamp(wallMs, 0, 17872), 'Nov 21 19:34:26 cmpp-lb[17872]: ');
  });
});

/** A label of a DNS name has at most 63 characters, so that nobody is asked for this one. */
const NO_HOST = 'x'.repeat(70);

async function bound(type: 'udp4' | 'udp6', address: string): Promise<Socket> {
  const socket = createSocket(type);
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

/** The next `count` datagrams that come to `socket`. */
function datagrams(socket: Socket, count: number): Promise<string[]> {
  return new Promise((resolve) => {
    const seen: string[] = [];
    socket.on('message', (message) => {
      seen.push(message.toString('latin1'));
      if (seen.length === count) resolve(seen);
    });
  });
}

function sinkTo(host: string, port: number) {
  const clock = new FakeClock();
  const losses: Parameters<ReportLoss>[0][] = [];
  const sink = new SyslogSink({ host, port, facility: 'local2' }, clock, (loss) => void losses.push(loss));
  return { clock, losses, sink };
}

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

describe('SyslogSink', () => {
  for (const [type, address, host] of [
    ['udp4', '127.0.0.1', '127.0.0.1'],
    ['udp4', '127.0.0.1', 'localhost'],
    ['udp6', '::1', '::1'],
  ] as const) {
    it(`sends each line to ${host} as a datagram with the priority of its level`, async (context) => {
      if (type === 'udp6' && !hasIpv6) return context.skip('this machine has no IPv6');
      const server = await bound(type, address);
      const seen = datagrams(server, 2);
      const { sink } = sinkTo(host, server.address().port);
      sink.write('one', 'info');
      sink.write('two', 'error');
      await sink.close();
      assert.deepEqual(await seen, ['<150>one', '<147>two']);
      assert.equal(sink.lostLines, 0);
      server.close();
    });
  }

  it('cuts a line that no syslog server would take', async () => {
    const server = await bound('udp4', '127.0.0.1');
    const seen = datagrams(server, 1);
    const { sink } = sinkTo('127.0.0.1', server.address().port);
    sink.write('x'.repeat(100_000), 'info');
    await sink.close();
    assert.equal((await seen)[0]?.length, DATAGRAM_LIMIT_BYTES);
    server.close();
  });

  it('counts lines while the server is away, and reports them once it has been back for a second', async () => {
    const first = await bound('udp4', '127.0.0.1');
    const { port } = first.address();
    first.close();
    const { sink, clock, losses } = sinkTo('127.0.0.1', port);
    while (sink.lostLines === 0) {
      sink.write('into the void', 'info');
      await eventLoopTurn();
    }
    const second = createSocket('udp4');
    second.bind(port, '127.0.0.1');
    await once(second, 'listening');
    while (losses.length === 0) {
      clock.advance(1000);
      sink.write('again', 'info');
      await eventLoopTurn();
    }
    const lost = sink.lostLines;
    const [report] = losses.map(({ lines, total, why }) => `${lines} of ${total}: ${why}`);
    assert.match(report ?? '', new RegExp(`^${lost} of ${lost}: .*ECONNREFUSED`));
    await sink.close();
    second.close();
  });

  it('holds a megabyte of lines while it cannot look up its server, and tries again', async () => {
    const { sink, clock } = sinkTo(NO_HOST, 514);
    for (let written = 0; written < 1100; written += 1) sink.write('x'.repeat(1019), 'info');
    assert.equal(sink.lostLines, 1100 - 1024);
    while (clock.pending === 0) await eventLoopTurn();
    clock.advance(4999);
    assert.equal(clock.pending, 1);
    clock.advance(1);
    assert.equal(clock.pending, 0);
    const closed = sink.close();
    clock.advance(1000);
    await closed;
    assert.equal(sink.lostLines, 1100);
    sink.write('late', 'info');
    assert.equal(sink.lostLines, 1101);
  });

  it('is closed at once when nothing waits, and when it is closed already', async () => {
    const { sink, clock } = sinkTo('127.0.0.1', 514);
    await sink.close();
    await sink.close();
    assert.equal(clock.pending, 0);
  });
});
