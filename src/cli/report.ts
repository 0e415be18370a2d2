/** Prints what the running balancer has answered, and ends with the code for it. */

import { FAILED_CODE, UNREACHED_CODE } from './exit-codes.js';
import { printJson } from './json-output.js';
import type { JsonFlags } from './json-output.js';
import { replyText } from './runtime-client.js';
import type { Reply } from './runtime-client.js';

export function report(reply: Reply, flags: JsonFlags): void {
  if (reply.kind !== 'done') process.exitCode = reply.kind === 'refused' ? FAILED_CODE : UNREACHED_CODE;
  if (flags.json === true) {
    const { kind: outcome, ...rest } = reply;
    printJson({ outcome, ...rest });
  } else if (reply.kind === 'unreached') console.error(reply.message);
  else if (replyText(reply) !== '') process.stdout.write(`${replyText(reply)}\n`);
}
