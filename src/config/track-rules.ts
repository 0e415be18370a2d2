/** What is refused in `track`: it must end at a server that is checked. Pure. */

import type { PartialConfigFile } from './file-schema.js';
import { hasHealth } from './health-sections.js';
import { nearest } from './nearest.js';
import type { Path } from './problem.js';
import { backendsOf, serversOf } from './rule.js';
import type { Finding, PartialBackend, PartialServer, Placed, Rule } from './rule.js';

interface PlacedServer extends Placed<PartialServer> {
  readonly backend: Placed<PartialBackend>;
}

function allServers(file: PartialConfigFile): PlacedServer[] {
  return backendsOf(file).flatMap((backend) => serversOf(backend).map((server) => ({ ...server, backend })));
}

function fullName({ name, backend }: PlacedServer): string {
  return `${backend.name}/${name}`;
}

function trackedName({ section: { track }, backend }: PlacedServer): string | undefined {
  return track && `${track.backend ?? backend.name}/${track.server}`;
}

/** The server whose health it shares, if that is one of the file. */
function trackedBy(server: PlacedServer, all: readonly PlacedServer[]): PlacedServer | undefined {
  const wanted = trackedName(server);
  return all.find((other) => fullName(other) === wanted);
}

function finding({ path }: PlacedServer, message: string, from: readonly Path[]): Finding {
  return { at: [[...path, 'track']], message, from };
}

const knownServer: Rule = {
  summary: '`track` of a backend or a server that there is not',
  find: (file) => {
    const all = allServers(file);
    return all.flatMap((server) => {
      const { track } = server.section;
      if (track === undefined || trackedBy(server, all) !== undefined) return [];
      const backends = backendsOf(file);
      const backend = backends.find(({ name }) => name === (track.backend ?? server.backend.name));
      const known = (backend === undefined ? backends : serversOf(backend)).map(({ name }) => name);
      const wanted = backend === undefined ? (track.backend ?? '') : track.server;
      const missing = backend === undefined ? 'no backend' : `no server of backend ${backend.name}`;
      const message = `${missing} is called ${JSON.stringify(wanted)}; write ${nearest(wanted, known) ?? known.join(', ')}`;
      const path = backend === undefined ? ['backends', wanted] : [...backend.path, 'servers', wanted];
      return [finding(server, message, [path])];
    });
  },
};

const notBoth: Rule = {
  summary: '`track` together with a `check` of the same server',
  find: (file) =>
    allServers(file)
      .filter(({ section }) => section.track !== undefined && typeof section.check === 'object')
      .map((server) => finding(server, 'the server has a check of its own; remove one of the two', [])),
};

const noCircle: Rule = {
  summary: '`track` that leads back to the server itself',
  find: (file) => {
    const all = allServers(file);
    return all.flatMap((server) => {
      const passed = [server];
      let next = trackedBy(server, all);
      while (next !== undefined && !passed.includes(next)) {
        passed.push(next);
        next = trackedBy(next, all);
      }
      if (next !== server) return [];
      const way = passed.length === 1 ? '' : ` by way of ${passed.slice(1).map(fullName).join(', ')}`;
      const message = `${fullName(server)} tracks itself${way}, so that nothing is checked; write a server that has a check`;
      return [
        finding(
          server,
          message,
          passed.map(({ path }) => [...path, 'track']),
        ),
      ];
    });
  },
};

const tracksHealth: Rule = {
  summary: '`track` of a server that has neither a check nor `track`',
  find: (file) => {
    const all = allServers(file);
    return all.flatMap((server) => {
      const target = trackedBy(server, all);
      if (target === undefined || hasHealth(target.backend.section, target.section)) return [];
      const message = `${fullName(target)} has no check itself; give it one, or track another server`;
      const from = [
        [...target.path, 'check'],
        [...target.path, 'track'],
        [...target.backend.path, 'check'],
      ];
      return [finding(server, message, from)];
    });
  },
};

export const trackRules: readonly Rule[] = [knownServer, notBoth, noCircle, tracksHealth];
