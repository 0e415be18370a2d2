/** What the log says of the configuration that was read. Pure. */

import { event, field } from './field.js';

const place = {
  where: field<string>('The file, line and column.', '/etc/haproxy/haproxy.cfg:5:5'),
  key: field<string>('What it is about; empty for the whole file.', 'global: daemon'),
};

const configWarning = event({
  level: 'warn',
  means: 'The configuration works, but perhaps not as meant: what `cmpp-lb check` warns about.',
  fields: {
    ...place,
    why: field<string>(
      'What may surprise, and what to write instead.',
      'map-based is the address modulo the weights; write maglev',
    ),
  },
  message: ({ where, key, why }) => `${where}: ${key === '' ? '' : `${key}: `}${why}`,
});

const configNote = event({
  level: 'info',
  means: 'A line of a haproxy.cfg has no meaning here, and nothing is lost without it.',
  fields: { ...place, why: field<string>('Why.', 'it stays in the foreground, for systemd to run') },
  message: ({ where, key, why }) => `${where}: ${key === '' ? '' : `${key}: `}${why}`,
});

export const configEvents = { 'config-warning': configWarning, 'config-note': configNote };
