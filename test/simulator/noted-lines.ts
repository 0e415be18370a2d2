/** The lines that a simulator says, of which a test waits for the one that it needs. */

export class NotedLines {
  readonly all: string[] = [];
  readonly #waiting: { readonly pattern: RegExp; readonly resolve: (line: string) => void }[] = [];

  readonly say = (line: string): void => {
    this.all.push(line);
    for (const [index, { pattern, resolve }] of [...this.#waiting.entries()].toReversed()) {
      if (!pattern.test(line)) continue;
      this.#waiting.splice(index, 1);
      resolve(line);
    }
  };

  /** The first line that matches from now on, or that has been said already. */
  async line(pattern: RegExp): Promise<string> {
    const said = this.all.find((line) => pattern.test(line));
    return said ?? (await this.next(pattern));
  }

  /** The next line that matches. */
  async next(pattern: RegExp): Promise<string> {
    return await new Promise((resolve) => this.#waiting.push({ pattern, resolve }));
  }
}
