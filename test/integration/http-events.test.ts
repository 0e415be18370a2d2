/** The stream of events of a running balancer: what is told, to how many, and that nobody waits for them. */

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { Caller } from '../admin/talking.js';
import { HttpScene, OPEN } from '../support/http-scene.js';

function follower(t: TestContext, scene: HttpScene): Caller {
  const [host = '', port] = scene.address.split(':');
  const caller = new Caller(connect({ host, port: Number(port) }));
  t.after(() => caller.socket.destroy());
  return caller.says('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
}

describe('The events by HTTP', { timeout: 30_000 }, () => {
  it('tell of a server that changes', async (t) => {
    const scene = await HttpScene.serving(t, OPEN);
    const reader = follower(t, scene);
    await reader.hearsPart(': \n\n');
    await scene.command('set server smsc/s1 state drain');
    await reader.hearsPart('event: server\ndata: {"server":"smsc/s1","status":"DRAIN"}\n\n');
    assert.match(reader.heard, /^HTTP\/1\.1 200 OK\r\n[^]*\r\ncontent-type: text\/event-stream; charset=utf-8\r\n/);
  });

  it('tell how far a drain has come', async (t) => {
    const scene = await HttpScene.serving(t, OPEN);
    const reader = follower(t, scene);
    await reader.hearsPart(': \n\n');
    await scene.command('drain server smsc/s1 rate 50');
    const drain = '{"of":"smsc/s1","cause":"drain","state":"done","perSecond":50,"begun":1,"moved":1,"failed":0}';
    await reader.hearsPart(`event: migration\ndata: ${drain}\n\n`);
  });

  it('are followed by half of the connections, and the rest is there for others', async (t) => {
    const scene = await HttpScene.serving(t, `${OPEN}, maxconn: 4`);
    for (const reader of [follower(t, scene), follower(t, scene)]) await reader.hearsPart(': \n\n');
    const response = await scene.fetch('/events');
    assert.deepEqual([response.status, response.headers.get('retry-after')], [503, '60']);
    assert.match(await scene.textOf('/metrics'), /^cmpp_lb_http_event_readers 2$/m);
    assert.equal(scene.log.of('http-refused')[0]?.reason, 'too-many-readers');
  });

  it('keep no traffic waiting for those who follow and do not read', async (t) => {
    const scene = await HttpScene.serving(t, OPEN);
    for (let nth = 0; nth < 16; nth += 1) follower(t, scene).socket.pause();
    await scene.log.seen('http-listening');
    const sp = await scene.sp();
    await sp.logIn('900002');
    for (let nth = 0; nth < 50; nth += 1) assert.equal((await sp.submit()).result, 0);
  });

  it('end with the balancer', async (t) => {
    const scene = await HttpScene.serving(t, OPEN);
    const reader = follower(t, scene);
    await reader.hearsPart(': \n\n');
    scene.balancer.kill();
    await reader.all();
  });
});
