/** The JSON Schema of cmpp-lb.yaml, by which editors complete and check while one writes. Drawn from the schema. Pure. */

import * as z from 'zod';
import { fileSchema } from '../src/config/file-schema.js';

/** Draft 7, which the YAML support of editors knows best. It is no stricter than the check of a file. */
export function jsonSchema(): unknown {
  return {
    title: 'cmpp-lb.yaml',
    ...z.toJSONSchema(fileSchema, {
      target: 'draft-07',
      io: 'input',
      override: ({ jsonSchema: drawn }) => {
        const { whenAbsent, ...rest } = drawn;
        if (typeof whenAbsent !== 'string') return;
        delete drawn['whenAbsent'];
        drawn.description = `${rest.description ?? ''} Left out: ${whenAbsent}.`.trim();
      },
    }),
  };
}
