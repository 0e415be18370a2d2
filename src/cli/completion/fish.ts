/** Writes the completion for fish. Pure. */

import { pathText } from './tree.js';
import type { CompletedCommand, Values } from './tree.js';

export function fishScript(commands: readonly CompletedCommand[]): string {
  const paths = commands.filter(({ path }) => path.length > 0).map(pathText);
  return `# fish completion for cmpp-lb: put it into ~/.config/fish/completions/cmpp-lb.fish
function __cmpp_lb_path
  set -l path ''
  for word in (commandline -opc)[2..-1]
    if contains -- "$path $word" ${paths.map((path) => `'${path}'`).join(' ')}
      set path "$path $word"
    end
  end
  echo -- $path
end
complete -c cmpp-lb -f
${commands.flatMap(commandLines).join('\n')}
`;
}

function commandLines(command: CompletedCommand): string[] {
  const { options, subcommands, operand } = command;
  const line = `complete -c cmpp-lb -n 'test (__cmpp_lb_path) = "${pathText(command)}"'`;
  return [
    ...subcommands.map(({ name, description }) => `${line} -a ${name} -d ${quoted(description)}`),
    ...options.map(({ names, description, values }) => {
      const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
      return `${line} ${flags.join(' ')}${values === undefined ? '' : ` ${fill(values, '-x')}`} -d ${quoted(description)}`;
    }),
    ...(operand === undefined || operand.kind === 'any' ? [] : [`${line} ${fill(operand, '')}`]),
  ];
}

/** `needed`: `-x` where a value has to follow. */
function fill(values: Values, needed: string): string {
  switch (values.kind) {
    case 'any':
      return needed;
    case 'files':
      return needed === '' ? '-F' : '-r -F';
    case 'running':
      return `${needed} -a '(cmpp-lb complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'`.trim();
    case 'words':
      return `${needed} -a ${quoted(values.words.join(' '))}`.trim();
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
