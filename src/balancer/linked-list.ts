/**
 * A list in the order of appending that any entry can leave at once. Pure.
 *
 * A Map keeps such an order too, but finding its first entry steps over all that have left: tens of microseconds in a
 * stick table of 200,000 entries.
 */

export class ListNode<Value> {
  readonly value: Value;
  previous: ListNode<Value> | undefined = undefined;
  next: ListNode<Value> | undefined = undefined;

  constructor(value: Value) {
    this.value = value;
  }
}

export class LinkedList<Value> {
  #first: ListNode<Value> | undefined = undefined;
  #last: ListNode<Value> | undefined = undefined;
  #length = 0;

  get first(): ListNode<Value> | undefined {
    return this.#first;
  }

  get length(): number {
    return this.#length;
  }

  append(value: Value): ListNode<Value> {
    const node = new ListNode(value);
    node.previous = this.#last;
    if (this.#last === undefined) this.#first = node;
    else this.#last.next = node;
    this.#last = node;
    this.#length += 1;
    return node;
  }

  /** Takes out a node that `append` returned and that has not been removed since. */
  remove(node: ListNode<Value>): void {
    if (node.previous === undefined) this.#first = node.next;
    else node.previous.next = node.next;
    if (node.next === undefined) this.#last = node.previous;
    else node.next.previous = node.previous;
    this.#length -= 1;
  }
}
