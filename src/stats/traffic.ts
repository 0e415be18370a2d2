/** What has passed through sessions, as a sum over them. Pure. */

export class Traffic {
  bytesIn = 0;
  bytesOut = 0;
  /** Requests that servers owe an answer. Of sessions that have ended: the answers that were lost. */
  unanswered = 0;
  /** SUBMITs that servers answered with a Result other than 0. */
  submitsNotAccepted = 0;
  /** From clients and from servers, one number a command; undefined where none came. */
  readonly pdusIn: number[] = [];
  readonly pdusOut: number[] = [];

  /** A number each of this and others. */
  plus(others: Iterable<Traffic>): Traffic {
    const sum = new Traffic();
    sum.#add(this, 1);
    for (const other of others) sum.#add(other, 1);
    return sum;
  }

  add(other: Traffic): void {
    this.#add(other, 1);
  }

  /** Becomes the negative of another one, so that from now on only what that one will have more is in their sum. */
  becomeMinus(other: Traffic): void {
    this.bytesIn = 0;
    this.bytesOut = 0;
    this.unanswered = 0;
    this.submitsNotAccepted = 0;
    this.pdusIn.length = 0;
    this.pdusOut.length = 0;
    this.#add(other, -1);
    // What is unanswered still is not lost.
    this.unanswered = 0;
  }

  #add(other: Traffic, sign: 1 | -1): void {
    this.bytesIn += sign * other.bytesIn;
    this.bytesOut += sign * other.bytesOut;
    this.unanswered += sign * other.unanswered;
    this.submitsNotAccepted += sign * other.submitsNotAccepted;
    addCounts(this.pdusIn, other.pdusIn, sign);
    addCounts(this.pdusOut, other.pdusOut, sign);
  }
}

function addCounts(sums: number[], counts: readonly number[], sign: 1 | -1): void {
  for (let at = 0; at < counts.length; at += 1) sums[at] = (sums[at] ?? 0) + sign * (counts[at] ?? 0);
}
