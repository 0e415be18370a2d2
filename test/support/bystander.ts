/** An SP whose session goes well, and must go on to, whatever is done to the balancer by others. */

import assert from 'node:assert/strict';
import type { Gateway } from './gateway.js';
import type { Scene } from './scene.js';
import type { Sp } from './sp.js';

export class Bystander {
  readonly #sp: Sp;
  readonly #gateway: Gateway;
  readonly #connections: number;

  private constructor(sp: Sp, gateway: Gateway) {
    this.#sp = sp;
    this.#gateway = gateway;
    this.#connections = gateway.count;
  }

  /** `gateway` answers by itself. */
  static async loggedIn(scene: Scene, gateway: Gateway): Promise<Bystander> {
    const sp = await scene.sp();
    assert.equal((await sp.logIn()).status, 0);
    return new Bystander(sp, gateway);
  }

  /** Its session lives on its first connection, and nobody else has reached the gateway. */
  async isUnharmed(): Promise<void> {
    await this.#sp.submit();
    assert.equal(this.#gateway.count, this.#connections);
  }
}
