import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { ReloadScene } from '../support/reload-scene.js';

describe('add server and del server', { timeout: 30_000 }, () => {
  it('answer what HAProxy answers, and refuse what would do nothing', async (t) => {
    const scene = new ReloadScene(t);
    await scene.start({
      check: '{ type: tcp, inter: 1h }',
      servers: [await scene.gateway({}), 'address: b:1, check: off'],
    });
    for (const [line, answer] of [
      ['add server', "Require 'backend/server'."],
      ['add server smsc', "Require 'backend/server'."],
      ['add server smsc/s9', "'server' expects <name> and <addr>[:<port>] as arguments."],
      ['add server none/s9 127.0.0.1:1', 'No such backend.'],
      ['add server smsc/s1 127.0.0.1:1', 'Already exists a server with the same name in backend.'],
      ['add server smsc/a%c 127.0.0.1:1', "character '%' is not permitted in server name 'a%c'."],
      ['add server smsc/s9 127.0.0.1:1 track none', "unable to find required server 'none' for tracking."],
      [
        'add server smsc/s9 127.0.0.1:1 track s2',
        'unable to use smsc/s2 for tracking as it does not have any check nor agent enabled.',
      ],
      ['add server smsc/s9 127.0.0.1:1 weight x', 'server s9: weight: expected a whole number, got "x".'],
      ['add server smsc/s9 127.0.0.1:1 weight 257', 'weight: expected a whole number from 0 to 256, got 257.'],
      ['add server smsc/s9 127.0.0.1:1 frob', /^server s9: frob: unknown keyword "frob"/],
      ['add server smsc/s9 127.0.0.1:1 cookie x', /^server s9: cookie: only for HTTP/],
      ['add server smsc/s9 127.0.0.1', /^address: expected an address such as 10\.0\.0\.7:7890/],
      ['add server smsc/s9 127.0.0.1:1 on-marked-down shutdown-sessions', /is said of a backend/],
      ['del server', "Require 'backend/server'."],
      ['del server smsc/none', 'No such server.'],
      ['del server smsc/s1', 'Only servers in maintenance mode can be deleted.'],
      ['add server smsc/s9 127.0.0.1:1 track s1 send-proxy', 'New server registered.'],
      [
        'disable server smsc/s1;del server smsc/s1',
        '\nThis server cannot be removed at runtime due to other configuration elements pointing to it.',
      ],
      ['del server smsc/s9', 'Server deleted.'],
      ['del server smsc/s1', 'Server deleted.'],
      ['del server smsc/s1', 'No such server.'],
    ] as const) {
      const answered = await scene.command(line);
      if (typeof answer === 'string') assert.equal(answered, answer, line);
      else assert.match(answered, answer, line);
    }
  });

  it('make a server that starts in maintenance, is checked once that is enabled, and goes without a session', async (t) => {
    const scene = new ReloadScene(t);
    const [one, two] = await Promise.all([scene.gateway({}), scene.gateway({})]);
    await scene.start({ check: '{ type: tcp, inter: 50ms }', servers: [one] });
    await scene.log.seen('server-health', ({ status }) => status === 'UP');
    await scene.command(`add server smsc/s9 ${two.address} weight 256 maxconn 1 check rise 1 fall 1`);
    assert.equal(scene.states(), 's1 UP 0, s9 MAINT 0');
    assert.match(await scene.command('show servers state smsc'), /^3 smsc 2 s9 127\.0\.0\.1 /m);
    await scene.command('enable health smsc/s9;set server smsc/s9 state ready');
    while (!scene.states().includes('s9 UP 0')) {
      await eventLoopTurn();
    }
    const { sp } = await scene.logIn();
    const { sp: other } = await scene.logIn();
    assert.deepEqual([await scene.serverOf(sp), await scene.serverOf(other)].sort(), ['s1', 's9']);
    await scene.command('disable server smsc/s9');
    const inUse = 'Server still has connections attached to it, cannot remove it.';
    assert.equal(await scene.command('del server smsc/s9'), inUse);
    for (const { peer } of [sp, other]) peer.socket.destroy();
    for (const each of [sp, other]) await scene.endOf(each);
    assert.equal(await scene.command('del server smsc/s9'), 'Server deleted.');
    assert.equal(scene.states(), 's1 UP 0');
  });

  it('hold until the next reload, which goes by the file', async (t) => {
    const scene = new ReloadScene(t);
    const [one, two, three] = await Promise.all([scene.gateway({}), scene.gateway({}), scene.gateway({})]);
    await scene.start({ servers: [one, two] });
    await scene.command(`add server smsc/s3 ${three.address};add server smsc/s9 ${three.address}`);
    await scene.command('disable server smsc/s2;del server smsc/s2');
    assert.deepEqual(await scene.reload({ servers: [one, two, three] }), [
      `+ smsc/s2 ${two.address}`,
      '~ smsc/s3 disabled true→false',
      '- smsc/s9 (added by command)',
    ]);
    assert.equal(scene.states(), 's1 no check 0, s2 no check 0, s3 no check 0');
    assert.deepEqual(await scene.reload({ servers: [one, two, three] }), ['no change']);
  });

  it('leave the others their numbers', async (t) => {
    const scene = new ReloadScene(t);
    const gateway = await scene.gateway({});
    await scene.start({ servers: [gateway, gateway, gateway] });
    const numbers = async (): Promise<string> => {
      const lines = (await scene.command('show servers state smsc')).split('\n').slice(2);
      return lines.map((line) => line.split(' ').slice(2, 4).join(' ')).join(', ');
    };
    await scene.command('disable server smsc/s2;del server smsc/s2');
    assert.equal(await numbers(), '1 s1, 3 s3');
    await scene.command(`add server smsc/s9 ${gateway.address};add server smsc/s8 ${gateway.address}`);
    assert.equal(await numbers(), '1 s1, 3 s3, 2 s9, 4 s8');
  });
});
