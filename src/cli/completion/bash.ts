/** Writes the completion for bash. Pure. */

import { pathPattern, pathText, valueCases } from './tree.js';
import type { CompletedCommand, Values } from './tree.js';

export function bashScript(commands: readonly CompletedCommand[]): string {
  return `# bash completion for cmpp-lb: source this, or put it into /etc/bash_completion.d/cmpp-lb
_cmpp_lb() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} path='' at
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "$path \${COMP_WORDS[at]}" in
      ${pathPattern(commands)}) path="$path \${COMP_WORDS[at]}" ;;
    esac
  done
  COMPREPLY=()
  case "$path $previous" in
${commands.flatMap((command) => valueCases(command, fill)).join('\n')}
  esac
  case "$path" in
${commands.map(commandCase).join('\n')}
  esac
}
complete -F _cmpp_lb cmpp-lb
`;
}

function commandCase(command: CompletedCommand): string {
  const { options, subcommands, operand } = command;
  const names = options.flatMap((option) => option.names).join(' ');
  const own = subcommands.map(({ name }) => name).join(' ');
  const rest = operand === undefined ? fill({ kind: 'words', words: own.split(' ') }) : fill(operand);
  return `    '${pathText(command)}')
      if [[ $current == -* ]]; then COMPREPLY=($(compgen -W '${names}' -- "$current")); else ${rest} fi ;;`;
}

function fill(values: Values): string {
  switch (values.kind) {
    case 'any':
      return ':;';
    case 'files':
      return `compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current");`;
    case 'running':
      return `mapfile -t COMPREPLY < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null);`;
    case 'words':
      return `COMPREPLY=($(compgen -W '${values.words.join(' ')}' -- "$current"));`;
  }
}
