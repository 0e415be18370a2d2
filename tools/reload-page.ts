/** Draws docs/reload.md from the tables of what a reload does with each key. Pure. */

import { accountKeys, unknownAccountsKeys } from '../src/config/reload-account-rules.js';
import { backendKeys, serverKeys } from '../src/config/reload-backend-rules.js';
import type { KeyRule } from '../src/config/reload-key.js';
import { adminKeys, adminSocketKeys, frontendKeys, globalKeys, listenKeys } from '../src/config/reload-rules.js';
import { markdownTable } from './markdown-table.js';
import { CONCLUSION, INTRODUCTION } from './reload-page-text.js';

export function reloadPage(): string {
  const rows = [
    ...rowsOf('global', globalKeys),
    ...rowsOf('admin', adminKeys),
    ...rowsOf('admin.socket', adminSocketKeys),
    ...rowsOf('frontends.*', frontendKeys),
    ...rowsOf('frontends.*.listen', listenKeys),
    ...rowsOf('backends.*', backendKeys),
    ...rowsOf('backends.*.servers.*', serverKeys),
    ...rowsOf('accounts.*', accountKeys),
    ...rowsOf('', unknownAccountsKeys),
    ...rowsOf('default-account', { ...accountKeys, secret: [], clockWindowMs: [] }),
  ];
  return [INTRODUCTION, markdownTable(['key', 'holds', ''], rows), CONCLUSION].join('\n');
}

const EFFECTS = { 'at-once': 'at once', 'new-sessions': 'new sessions', restart: 'restart' };

function rowsOf<Section>(
  section: string,
  rules: Readonly<Record<keyof Section, readonly KeyRule<Section>[]>>,
): string[][] {
  return Object.values<readonly KeyRule<Section>[]>(rules)
    .flat()
    .map(({ key, effect, note }) => [`\`${section === '' ? key : `${section}.${key}`}\``, EFFECTS[effect], note]);
}
