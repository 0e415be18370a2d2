/** Who waits for a place, on one server or on any, the oldest first. Pure; the time limit is the caller's. */

import { LinkedList } from './linked-list.js';
import type { ListNode } from './linked-list.js';
import type { Requester, Server } from './server.js';

export interface Waiting<Waiter> {
  readonly waiter: Waiter;
  readonly who: Requester;
  /** The servers that failed for this session. */
  readonly tried: readonly Server[];
  /** The server that hash or stick table say; undefined: any that it may use. */
  readonly waitsFor: Server | undefined;
}

interface Place<Waiter> {
  readonly waiting: Waiting<Waiter>;
  /** Grows from one arrival to the next, over all lines. */
  readonly arrival: number;
}

export class WaitingLine<Waiter> {
  /** One line a server, and one (undefined) for those that any server suits. */
  readonly #lines = new Map<Server | undefined, LinkedList<Place<Waiter>>>();
  /** In the order of arrival. */
  readonly #nodes = new Map<Waiter, ListNode<Place<Waiter>>>();
  #arrivals = 0;

  get length(): number {
    return this.#nodes.size;
  }

  /** How many wait for this server; with undefined, how many wait for any. */
  lengthOf(waitsFor: Server | undefined): number {
    return this.#lines.get(waitsFor)?.length ?? 0;
  }

  append(waiting: Waiting<Waiter>): void {
    if (this.#nodes.has(waiting.waiter)) throw new Error('a waiter can wait only once');
    const line = this.#lines.get(waiting.waitsFor) ?? new LinkedList();
    this.#lines.set(waiting.waitsFor, line);
    this.#arrivals += 1;
    this.#nodes.set(waiting.waiter, line.append({ waiting, arrival: this.#arrivals }));
  }

  /** Returns false if it does not wait (any more). */
  withdraw(waiter: Waiter): boolean {
    const node = this.#nodes.get(waiter);
    if (node === undefined) return false;
    this.#remove(node);
    return true;
  }

  /** Takes out the oldest that may use the server: one that waits for it, or for any if the server suits it. */
  takeFor(server: Server, suits: (tried: readonly Server[]) => boolean): Waiter | undefined {
    const own = this.#lines.get(server)?.first;
    let any = this.#lines.get(undefined)?.first;
    while (any !== undefined && !suits(any.value.waiting.tried)) any = any.next;
    const oldest = own !== undefined && (any === undefined || own.value.arrival < any.value.arrival) ? own : any;
    if (oldest === undefined) return undefined;
    this.#remove(oldest);
    return oldest.value.waiting.waiter;
  }

  /** Takes everybody out, the oldest first. */
  takeAll(): readonly Waiting<Waiter>[] {
    const all = Array.from(this.#nodes.values(), (node) => node.value.waiting);
    this.#nodes.clear();
    this.#lines.clear();
    return all;
  }

  #remove(node: ListNode<Place<Waiter>>): void {
    const { waiter, waitsFor } = node.value.waiting;
    this.#nodes.delete(waiter);
    this.#lines.get(waitsFor)?.remove(node);
  }
}
