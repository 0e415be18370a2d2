/** The token in every form of ours that changes something: no page of another site can know it (CSRF). */

import { createHmac, timingSafeEqual } from 'node:crypto';

export class ChangeToken {
  /** What forms of this user carry. */
  readonly text: string;
  readonly #bytes: Buffer;

  /** `key` is drawn anew at each start, so that a token of before is worth nothing. */
  constructor(key: Uint8Array, user: string) {
    this.text = createHmac('sha256', key).update(user).digest('base64url');
    this.#bytes = Buffer.from(this.text);
  }

  matches(given: string): boolean {
    const bytes = Buffer.from(given);
    return bytes.length === this.#bytes.length && timingSafeEqual(bytes, this.#bytes);
  }
}
