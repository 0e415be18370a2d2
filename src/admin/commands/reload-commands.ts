/** The commands that change what the configuration says: the whole of it, and servers that come and go. */

import { readAddedServer } from '../../config/haproxy/added-server.js';
import { planLines } from '../../config/reload-plan-text.js';
import type { SupervisedServer } from '../../supervision/supervised-server.js';
import { refused, shown } from '../answer.js';
import type { Answer } from '../answer.js';
import type { Command } from '../command.js';
import type { ReloadOutcome } from '../reloading.js';
import type { Talk } from '../talk.js';
import type { World } from '../world.js';
import { lookUpServer } from './target.js';

const RELOAD_WORDS: ReadonlySet<string> = new Set(['dry-run', 'json']);

export const reloadCommands: readonly Command<World>[] = [
  {
    words: 'reload',
    takes: '[dry-run] [json]',
    level: 'admin',
    help: 'read the configuration anew and run by it, or only show what would change',
    kind: 'told',
    run: reload,
  },
  {
    words: 'add server',
    takes: '<bk>/<srv> <addr> [opts]',
    level: 'admin',
    help: 'create a new server',
    kind: 'change',
    run: addServer,
  },
  {
    words: 'del server',
    takes: '<bk>/<srv>',
    level: 'admin',
    help: 'remove a server that is in maintenance and has no session',
    kind: 'change',
    run: delServer,
  },
];

async function reload({ reloading }: World, args: readonly string[], { from }: Talk): Promise<Answer> {
  // A word that is passed over could make a reload of what was to be looked at only.
  const unknown = args.find((word) => !RELOAD_WORDS.has(word));
  if (unknown !== undefined) return refused(`'reload ${unknown}' is not there; dry-run and json are.`);
  const outcome = await reloading.reload(from, args.includes('dry-run'));
  return args.includes('json') ? jsonAnswer(outcome) : textAnswer(outcome);
}

function textAnswer(outcome: ReloadOutcome): Answer {
  if (outcome.kind === 'refused') return refused(outcome.problems.join('\n'));
  const { plan, warnings } = outcome;
  return shown([...planLines(plan), ...warnings.map((warning) => `warning: ${warning}`)]);
}

function jsonAnswer(outcome: ReloadOutcome): Answer {
  if (outcome.kind === 'refused') return refused(JSON.stringify({ outcome: 'refused', problems: outcome.problems }));
  const { kind, plan, warnings } = outcome;
  return shown([JSON.stringify({ outcome: kind, changes: plan.changes, warnings })]);
}

/** What HAProxy lets no name have in it, so that the name can stand in a line of any format. */
const NOT_IN_NAME = /[^A-Za-z0-9_:.-]/u;

async function addServer(world: World, [name = '', address, ...parameters]: readonly string[]): Promise<Answer> {
  const { reloading, services, supervisor } = world;
  const [backendName = '', server] = name.split('/', 2);
  if (server === undefined) return refused("Require 'backend/server'.");
  const backend = reloading.backend(backendName);
  if (backend === undefined) return refused('No such backend.');
  if (server === '' || address === undefined)
    return refused("'server' expects <name> and <addr>[:<port>] as arguments.");
  const [wrong] = NOT_IN_NAME.exec(server) ?? [];
  if (wrong !== undefined) return refused(`character '${wrong}' is not permitted in server name '${server}'.`);
  const taken = services.get(backendName)?.backend.servers.some((each) => each.name === server) === true;
  if (taken) return refused('Already exists a server with the same name in backend.');
  const read = readAddedServer(server, address, parameters, backend);
  if (read.kind === 'wrong') return refused(`${read.message}.`);
  const trackFault = faultOfTrack(world, read.server.track);
  if (trackFault !== undefined) return refused(trackFault);
  const fault = await reloading.addServer(backendName, read.server);
  if (fault !== undefined) return refused(fault);
  // As in HAProxy, it is not checked before the operator says `enable health`.
  const added = supervisor.find(backendName, server);
  if (added !== undefined) supervisor.setProbed(added, false);
  return shown(['New server registered.']);
}

function faultOfTrack(
  { supervisor }: World,
  track: { readonly backend: string; readonly server: string } | undefined,
): string | undefined {
  if (track === undefined) return undefined;
  const tracked = supervisor.find(track.backend, track.server);
  if (tracked === undefined) return `unable to find required server '${track.server}' for tracking.`;
  if (tracked.server.isLeaving) return `server '${track.server}' has been removed and cannot be tracked.`;
  return tracked.health === undefined
    ? `unable to use ${tracked.name} for tracking as it does not have any check nor agent enabled.`
    : undefined;
}

async function delServer(world: World, [name]: readonly string[]): Promise<Answer> {
  const looked = lookUpServer(world, name);
  if (looked.kind === 'missing') return looked.answer;
  const fault = whyNotDeleted(world, looked.target);
  if (fault !== undefined) return refused(fault);
  const { backend, server } = looked.target;
  const failed = await world.reloading.removeServer(backend, server.name);
  return failed === undefined ? shown(['Server deleted.']) : refused(failed);
}

function whyNotDeleted({ supervisor }: World, supervised: SupervisedServer): string | undefined {
  const { isLeaving, sessionsNow, wish } = supervised.server;
  if (isLeaving) return 'The server has been removed already, and goes when its last session has left.';
  if (supervisor.isTracked(supervised))
    return 'This server cannot be removed at runtime due to other configuration elements pointing to it.';
  if (wish !== 'maint') return 'Only servers in maintenance mode can be deleted.';
  return sessionsNow > 0 ? 'Server still has connections attached to it, cannot remove it.' : undefined;
}
