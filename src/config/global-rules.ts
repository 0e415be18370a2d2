/** What is refused below `global`. Pure. */

import { keyText } from './problem.js';
import type { Path } from './problem.js';
import type { Rule } from './rule.js';

const ownFiles: Rule = {
  summary: 'one file for two of `state-file`, `pid-file`, `global.log.to` and `admin.socket.path`',
  find: ({ admin, global }) => {
    const { log, 'pid-file': pidFile, 'state-file': stateFile } = global ?? {};
    const socket = admin?.socket?.path;
    const places: readonly { readonly at: Path; readonly path: string | undefined }[] = [
      { at: ['admin', 'socket', 'path'], path: socket?.path },
      { at: ['global', 'log', 'to'], path: log?.to?.kind === 'file' ? log.to.path : undefined },
      { at: ['global', 'pid-file'], path: pidFile },
      { at: ['global', 'state-file'], path: stateFile },
    ];
    const owners = new Map<string, Path>();
    return places.flatMap(({ at, path }) => {
      if (path === undefined) return [];
      const owner = owners.get(path);
      owners.set(path, owner ?? at);
      if (owner === undefined) return [];
      return [{ at: [at], message: `${path} is ${keyText(owner)} already; write another one`, from: [owner] }];
    });
  },
};

export const globalRules: readonly Rule[] = [ownFiles];
