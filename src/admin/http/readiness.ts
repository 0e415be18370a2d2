/** Whether sessions should be sent here, and if not, why. Pure. */

/** A frontend as far as its readiness goes. */
export interface Doorway {
  readonly name: string;
  readonly listeners: readonly { readonly address: string; readonly isOpen: boolean }[];
  readonly backend: { readonly name: string; readonly accepts: boolean };
}

/** One sentence for each reason; empty when ready. A backend that no frontend uses keeps nobody waiting. */
export function unreadyReasons(doorways: readonly Doorway[]): string[] {
  const silent = doorways.flatMap(({ name, listeners }) =>
    listeners.filter(({ isOpen }) => !isOpen).map(({ address }) => `frontend ${name} does not listen on ${address}`),
  );
  const away = doorways.flatMap(({ backend: { name, accepts } }) => (accepts ? [] : [name]));
  return [...silent, ...[...new Set(away)].map((name) => `backend ${name} accepts no sessions`)];
}
