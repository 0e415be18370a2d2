/** What the commands end with, so that scripts can tell: one table, for all of them. Pure. */

const DONE_CODE = 0;
/** It was refused, or what was asked about is not well. */
export const FAILED_CODE = 1;
const USAGE_CODE = 2;
export const UNREACHED_CODE = 3;

interface ExitCode {
  readonly code: number;
  readonly means: string;
}

export const exitCodes: readonly ExitCode[] = [
  {
    code: DONE_CODE,
    means: 'done; the file is valid; every backend takes sessions; the server passes; all was delivered',
  },
  {
    code: FAILED_CODE,
    means: 'refused or failed, and what was printed says why; a backend takes no sessions; the server does not pass',
  },
  { code: USAGE_CODE, means: 'the command line is wrong; nothing was done' },
  { code: UNREACHED_CODE, means: 'the running balancer did not answer, or its socket is not known' },
];

/** For `--help`. */
export function exitCodesText(): string {
  return ['Exit codes:', ...exitCodes.map(({ code, means }) => `  ${code}  ${means}`)].join('\n');
}

/** The code for an error of commander's: 0 for help and version that were asked for; else the command line was wrong. */
export function codeOfUsage({ exitCode, code }: { readonly exitCode: number; readonly code: string }): number {
  if (exitCode === 0) return DONE_CODE;
  return code === FAILURE.code ? FAILED_CODE : USAGE_CODE;
}

/** For `command.error`, where the command line is right and what it asks for fails. */
export const FAILURE = { code: 'cmpp-lb.failed', exitCode: FAILED_CODE };
