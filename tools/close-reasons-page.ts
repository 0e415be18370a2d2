/** Draws docs/close-reasons.md from the list of close reasons. Pure. */

import { closeReasons, factsOf } from '../src/balancer/close-reason.js';

const HEAD = `# Why a session ended

Every session ends for one reason of this list. The word is the field \`reason\` of its last line in the [log](logs.md),
the label of the counter, and what the runtime API shows. The two letters are what the same line has in the format
\`tcplog\`: who ended it (\`C\` client, \`S\` server, \`P\` the balancer, \`K\` the operator, \`I\` an internal error; in lower
case a timeout; \`-\` nobody in particular) and in which phase (\`R\` login, \`Q\` queue, \`C\` connecting, \`D\` data, \`-\` the end).

<!-- Drawn from src/balancer/close-reason.ts by \`npm run generate\`; a test fails when this page is stale. -->
`;

export function closeReasonsPage(): string {
  const sections = closeReasons.map((reason) => {
    const { tcplog, means, action } = factsOf(reason);
    return `## ${reason}\n\n\`${tcplog}\` ${means}\n\n${action}\n`;
  });
  return [HEAD, ...sections].join('\n');
}
