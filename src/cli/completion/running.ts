/** What a word on the command line may become that only the running balancer, or its table of commands, knows. Pure. */

export interface Known {
  /** The commands of the runtime API: their words, such as `set server`, and what may stand behind them. */
  readonly commands: readonly { readonly words: string; readonly takes: string }[];
  /** BACKEND/SERVER. */
  readonly servers: readonly string[];
}

/** Where the words of the command line say that the balancer is to be asked. */
export interface Place {
  readonly socket?: string;
  readonly config?: string;
}

/** The words behind the command's name without the options, and what those say. The last word is being written. */
export interface Written {
  readonly command: string;
  readonly operands: readonly string[];
  readonly current: string;
  readonly place: Place;
}

const OPTIONS: Readonly<Record<string, keyof Place>> = {
  '-s': 'socket',
  '--socket': 'socket',
  '-c': 'config',
  '--config': 'config',
};

export function readWords([command = '', ...rest]: readonly string[]): Written {
  const current = rest.at(-1) ?? '';
  const operands: string[] = [];
  const place: { socket?: string; config?: string } = {};
  const before = rest.slice(0, -1);
  for (let at = 0; at < before.length; at += 1) {
    const [name = '', value] = (before[at] ?? '').split(/=(.*)/s);
    const option = OPTIONS[name];
    if (option === undefined) {
      if (!name.startsWith('-')) operands.push(before[at] ?? '');
    } else if (value === undefined) {
      at += 1;
      const next = before[at];
      if (next !== undefined) place[option] = next;
    } else place[option] = value;
  }
  return { command, operands, current, place };
}

/** Sorted, each once, and only those that begin as what is being written. */
export function candidates({ command, operands, current }: Written, { commands, servers }: Known): string[] {
  const all = command === 'ctl' ? nextWords(operands, commands, servers) : operands.length === 0 ? servers : [];
  return [...new Set(all)].filter((word) => word.startsWith(current)).sort((one, other) => (one < other ? -1 : 1));
}

function nextWords(
  typed: readonly string[],
  commands: Known['commands'],
  servers: readonly string[],
): readonly string[] {
  return commands.flatMap(({ words, takes }) => {
    const own = words.split(' ');
    if (!typed.every((word, index) => index >= own.length || word === own[index])) return [];
    const next = own[typed.length];
    if (next !== undefined) return [next];
    // HAProxy's notation, and two commands whose help leaves the server out.
    const takesServer = takes.startsWith('<bk>/<srv>') || /^(enable|disable) (server|health)$/.test(words);
    return takesServer && typed.length === own.length ? servers : [];
  });
}
