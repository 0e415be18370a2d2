/** What commands may change of the configuration that runs. */

import type { BackendConfig, ServerConfig } from '../config/config.js';
import type { Plan } from '../config/reload-plan.js';

export type ReloadOutcome =
  | { readonly kind: 'done'; readonly plan: Plan; readonly warnings: readonly string[]; readonly tookMs: number }
  /** Nothing was changed, because only the plan was asked for. */
  | { readonly kind: 'planned'; readonly plan: Plan; readonly warnings: readonly string[] }
  /** Nothing was changed. Each problem is a line, with its place in the file where it has one. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

/** Changes come one after the other, and each is whole or has not been. None of these rejects. */
export interface Reloading {
  /** `by` is for the log: a signal, or where the command came in. */
  reload(by: string, isDryRun: boolean): Promise<ReloadOutcome>;
  /** Until the next reload, which goes by the file. Returns a sentence if it could not be done. */
  addServer(backend: string, server: ServerConfig): Promise<string | undefined>;
  removeServer(backend: string, server: string): Promise<string | undefined>;
  /** A backend as it runs; undefined where there is none. */
  backend(name: string): BackendConfig | undefined;
}
