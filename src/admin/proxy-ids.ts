/** The numbers of frontends and backends, as HAProxy counts them: from 2, frontends first, in order of declaration. Pure. */

const FIRST_ID = 2;

/** By name; a frontend and a backend may share one, and then it is the backend's. */
export function proxyIds(frontends: readonly string[], backends: Iterable<string>): ReadonlyMap<string, number> {
  return new Map([...frontends, ...backends].map((name, index) => [name, FIRST_ID + index]));
}
