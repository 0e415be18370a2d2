/** A simulated gateway: what happens to who connects, and to its links when it goes down or is well again. */

import type { Version } from '../../../src/cmpp/version.js';
import type { Endpoint, Network } from '../endpoint.js';
import { GatewayLink } from './gateway-link.js';
import { WELL } from './gateway-manner.js';
import type { GatewayManner } from './gateway-manner.js';

export interface GatewayWorld extends Network {
  /** A number that no other message has. */
  nextNumber(): number;
  /** The gateway has read a SUBMIT. */
  submitted(gateway: Gateway, number: number): void;
  fail(why: string): never;
}

export class Gateway {
  readonly name: string;
  readonly world: GatewayWorld;
  manner: GatewayManner;
  /** In which version it answers. */
  version: Version;
  readonly #links = new Set<GatewayLink>();

  constructor(name: string, world: GatewayWorld, version: Version, manner: GatewayManner) {
    this.name = name;
    this.world = world;
    this.version = version;
    this.manner = manner;
  }

  /** Whether who connects now is served, if its session speaks this version. */
  serves(version: Version): boolean {
    const { dial, login, death } = this.manner;
    return dial === 'accept' && login === 'accept' && death.kind === 'none' && version === this.version;
  }

  accept(endpoint: Endpoint): GatewayLink {
    const link = new GatewayLink(this, endpoint);
    this.#links.add(link);
    return link;
  }

  get links(): readonly GatewayLink[] {
    return [...this.#links].filter((link) => link.isOpen);
  }

  becomes(manner: GatewayManner): void {
    const { draw } = this.world;
    this.manner = manner;
    for (const link of this.links) {
      if (manner.dial === 'down') link.die(draw.pick(['fin', 'reset', 'reset', 'silence', 'terminate', 'terminate']));
      else if (manner.answering !== 'hangs') link.goesOn();
    }
  }

  /** From now on it is well, and so are its links. */
  calm(version: Version): void {
    this.version = version;
    this.becomes(WELL);
    for (const link of this.links) link.calm();
  }
}
