/** What the log says of the operator's commands. Pure. */

import { event, field } from './field.js';

const access = field<'user' | 'operator' | 'admin'>('What the caller may do.', 'admin');

const adminListening = event({
  level: 'info',
  means: 'The runtime API takes commands on an address.',
  fields: { address: field<string>('The address.', 'unix:/run/cmpp-lb/cmpp-lb.sock'), access },
  message: ({ address, access: may }) => `Runtime API listens on ${address}, level ${may}`,
});

const adminOwner = event({
  level: 'warn',
  means:
    'A socket of the runtime API could not be given to its `user` and `group`: it belongs to those of the process, whom alone it therefore serves.',
  fields: {
    address: field<string>('The address.', 'unix:/run/cmpp-lb/cmpp-lb.sock'),
    why: field<string>('Why not.', 'this machine knows no group sms'),
  },
  message: ({ address, why }) => `Runtime API cannot give away ${address}: ${why}`,
});

const command = event({
  level: 'info',
  means:
    'An operator’s command that changes something was carried out, or refused. Commands that only show are not logged.',
  fields: {
    from: field<string>('Where the command came in.', 'unix:/run/cmpp-lb/cmpp-lb.sock'),
    access,
    command: field<string>('The command.', 'set server smsc/server2 state drain'),
    outcome: field<'done' | 'refused'>('Whether it was carried out.', 'done'),
    answer: field<string>('What was answered; empty for a change that needs no words.', ''),
  },
  message: ({ from, command: words, outcome, answer }) =>
    `Command from ${from} ${outcome}: ${words}${answer === '' ? '' : ` (${answer.replace(/\s*\n\s*/g, ' | ')})`}`,
});

export const commandEvents = { 'admin-listening': adminListening, 'admin-owner': adminOwner, command };
