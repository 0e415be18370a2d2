/** What is refused below `global`. Pure. */

import { keyText } from './problem.js';
import type { Path } from './problem.js';
import { socketsOf } from './rule.js';
import type { Rule } from './rule.js';

const ownFiles: Rule = {
  summary: 'one file for two of `state-file`, `pid-file`, `global.log.to` and `admin.socket.path`',
  find: (file) => {
    const { log, 'pid-file': pidFile, 'state-file': stateFile } = file.global ?? {};
    const places: readonly { readonly at: Path; readonly path: string | undefined }[] = [
      ...socketsOf(file).map(({ path, section }) => ({ at: [...path, 'path'], path: section.path?.path })),
      { at: ['global', 'log', 'to'], path: log?.to?.kind === 'file' ? log.to.path : undefined },
      { at: ['global', 'pid-file'], path: pidFile },
      { at: ['global', 'state-file'], path: stateFile },
    ];
    const owners = new Map<string, Path>();
    return places.flatMap(({ at, path }) => {
      if (path === undefined) return [];
      const owner = owners.get(path);
      owners.set(path, owner ?? at);
      // Two sockets of one path are another rule's.
      if (owner === undefined || (owner[0] === 'admin' && at[0] === 'admin')) return [];
      return [{ at: [at], message: `${path} is ${keyText(owner)} already; write another one`, from: [owner] }];
    });
  },
};

export const globalRules: readonly Rule[] = [ownFiles];
