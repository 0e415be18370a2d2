/** `set server addr`: where a server is reached from now on, by new sessions and by checks. */

import { isIP } from 'node:net';
import type { BackendService } from '../../proxy/backend-service.js';
import type { SupervisedServer } from '../../supervision/supervised-server.js';
import { refused, shown } from '../answer.js';
import type { Answer } from '../answer.js';
import type { World } from '../world.js';

const LARGEST_PORT = 65_535;
const BY_WHOM = "by 'stats socket command'";

export function setAddress(world: World, server: SupervisedServer, [host, word, portText]: readonly string[]): Answer {
  const service = world.services.get(server.backend);
  if (service === undefined) throw new Error(`no backend ${server.backend}`);
  if (host === undefined) return refused('set server <b>/<s> addr requires an address and optionally a port.');
  if (isIP(host) === 0) return refused(`Invalid addr '${host}' ${BY_WHOM}`);
  if (word !== undefined && (word !== 'port' || portText === undefined)) {
    return refused('set server <b>/<s> addr requires an address and optionally a port.');
  }
  const before = placeOf(service, server);
  const port = portText === undefined ? before.port : Number(portText);
  if (port === undefined) return refused('The server is a unix socket so far: a port is required.');
  if (!Number.isInteger(port) || port < 1 || port > LARGEST_PORT)
    return refused(`Invalid port '${portText}' ${BY_WHOM}`);
  service.moveServer(server.server, { kind: 'tcp', host, port });
  world.supervisor.moved(server);
  return shown([`${changeText(before, { host, port })} ${BY_WHOM}`]);
}

interface Place {
  readonly host: string;
  /** Undefined for a unix socket. */
  readonly port: number | undefined;
}

function placeOf(service: BackendService, { server }: SupervisedServer): Place {
  const address = service.addressOf(server);
  return address.kind === 'unix' ? { host: `unix:${address.path}`, port: undefined } : address;
}

/** In HAProxy's words. */
function changeText(before: Place, now: Place): string {
  const host =
    before.host === now.host ? 'no need to change the addr' : `IP changed from '${before.host}' to '${now.host}'`;
  return before.port === now.port ? host : `${host}, port changed from '${before.port ?? ''}' to '${now.port ?? ''}'`;
}
