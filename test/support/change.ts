/** Lets a test wait for the next change of something, whatever it will be. */

export class Change {
  #wakers: (() => void)[] = [];

  /** Resolves at the next `happened`. */
  async next(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wakers.push(resolve);
    });
  }

  happened(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }
}
