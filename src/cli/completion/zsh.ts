/** Writes the completion for zsh. Pure. */

import { pathPattern, pathText, valueCases } from './tree.js';
import type { CompletedCommand, Values } from './tree.js';

export function zshScript(commands: readonly CompletedCommand[]): string {
  return `#compdef cmpp-lb
# zsh completion for cmpp-lb: put it as _cmpp-lb into a folder of $fpath, or source it behind compinit
_cmpp_lb() {
  local current=\${words[CURRENT]} previous=\${words[CURRENT-1]} path_='' at
  for ((at = 2; at < CURRENT; at++)); do
    case "$path_ \${words[at]}" in
      ${pathPattern(commands)}) path_="$path_ \${words[at]}" ;;
    esac
  done
  case "$path_ $previous" in
${commands.flatMap((command) => valueCases(command, (values) => `${fill(values)};`)).join('\n')}
  esac
  local -a found
  case "$path_" in
${commands.map(commandCase).join('\n')}
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _cmpp_lb "$@"; else compdef _cmpp_lb cmpp-lb; fi
`;
}

function commandCase(command: CompletedCommand): string {
  const { options, subcommands, operand } = command;
  const described = options.flatMap(({ names, description }) => names.map((name) => pair(name, description)));
  const rest =
    operand === undefined
      ? `found=(${subcommands.map(({ name, description }) => pair(name, description)).join(' ')}); _describe command found`
      : fill(operand);
  return `    '${pathText(command)}')
      if [[ $current == -* ]]; then found=(${described.join(' ')}); _describe -o option found; else ${rest}; fi ;;`;
}

/** A word and what it means, as _describe takes them, in single quotes. */
function pair(name: string, description: string): string {
  return `'${name}:${description.replaceAll("'", '’')}'`;
}

function fill(values: Values): string {
  switch (values.kind) {
    case 'any':
      return ':';
    case 'files':
      return '_files';
    case 'running':
      return `compadd -- \${(f)"$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"}`;
    case 'words':
      return `compadd -- ${values.words.join(' ')}`;
  }
}
