/** The turns of Node's event loop: in each it takes what has come from the network, and then what was put off. */

/** Calls `fire` when everything has been taken that waits to be taken in this turn. */
export function afterThisTurn(fire: () => void): void {
  setImmediate(fire);
}
