/** A client and a server with a logged-in session of the balancer between them. */

import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import type { Peer } from './peer.js';
import type { ConfigKeys, Scene } from './scene.js';
import { connectFrame } from './sp.js';

export interface Pair {
  readonly client: Peer;
  readonly server: Peer;
}

export async function cmppPair(scene: Scene, keys: Omit<ConfigKeys, 'servers'> = {}): Promise<Pair> {
  const gateway = await scene.gateway();
  await scene.start({ ...keys, servers: [gateway] });
  const client = await scene.client();
  client.write(connectFrame());
  const server = await gateway.accept();
  await server.frame();
  server.write(frameOf(makePdu('connectResp', 1, { status: 0, version: 0x30 }), '3.0'));
  await client.frame();
  return { client, server };
}
