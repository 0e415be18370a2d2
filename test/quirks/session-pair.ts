/** Sessions through the balancer with both ends in the hands of a test. */

import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import type { Version } from '../../src/cmpp/version.js';
import { versionByte } from '../../src/cmpp/version.js';
import type { EventValues } from '../../src/log/event.js';
import type { Gateway } from '../support/gateway.js';
import type { Peer } from '../support/peer.js';
import type { Scene } from '../support/scene.js';
import { connectFrame } from '../support/sp.js';

export interface SessionPair {
  readonly client: Peer;
  readonly server: Peer;
}

/** The gateway's side of the next login: lets it in, in the edition of `version`. */
export async function letIn(gateway: Gateway, version: Version = '3.0'): Promise<Peer> {
  const server = await gateway.accept();
  server.version = version;
  const { sequenceId } = await server.pdu('connect');
  server.write(frameOf(makePdu('connectResp', sequenceId, { version: versionByte(version) }), version));
  return server;
}

/** A session that is logged in. The gateway is one whose connections the test accepts. */
export async function sessionPair(
  scene: Scene,
  gateway: Gateway,
  version: Version = '3.0',
  account = '900001',
): Promise<SessionPair> {
  const client = await scene.client();
  client.version = version;
  client.write(connectFrame(account, version));
  const server = await letIn(gateway, version);
  await client.pdu('connectResp');
  return { client, server };
}

/** As `sessionPair`, through a balancer whose sessions end with their servers. */
export async function loneSession(scene: Scene, version: Version = '3.0'): Promise<SessionPair> {
  const gateway = await scene.gateway();
  await scene.start({ servers: [gateway] });
  return sessionPair(scene, gateway, version);
}

/** Ends a session by FIN of both sides. Returns its last line. */
export async function endOf(scene: Scene, { client, server }: SessionPair): Promise<EventValues<'session-end'>> {
  client.finish();
  await server.left();
  server.finish();
  await client.left();
  return scene.endOf(client);
}

/** The gateway's side of a logout. */
export async function letGo(server: Peer): Promise<void> {
  const { sequenceId } = await server.pdu('terminate');
  server.write(frameOf(makePdu('terminateResp', sequenceId), server.version));
  server.finish();
}
