/** What must cross a session once it has a server, and what the balancer says to both peers at its end. Pure. */

import type { Server } from '../../src/balancer/server.js';
import type { Side } from '../../src/balancer/session-port.js';
import type { ExpectedOutput } from './expected-output.js';
import { ownGoodbye } from './frames.js';
import type { ModeName } from './reason-table.js';
import type { Sightings } from './sightings.js';
import type { Traffic } from './traffic.js';
import type { WitnessedLegs } from './witnessed-legs.js';
import type { LegOver } from './witnessed-life.js';

interface RelayParts {
  readonly mode: ModeName;
  readonly legs: WitnessedLegs;
  readonly sightings: Sightings;
  readonly traffic: Traffic;
  readonly output: Readonly<Record<Side, ExpectedOutput>>;
  readonly nowMs: () => number;
}

const SIDES = ['client', 'server'] as const;

export class WitnessedRelay {
  /** Bytes that came for a leg that was over. */
  droppedBytes = 0;
  hasStarted = false;
  readonly #parts: RelayParts;

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  /** `server` is undefined for a client that is being refused: nothing of it was to be passed on. */
  passes(side: Side, chunk: Uint8Array, server: Server | undefined): 'passed' | 'dropped' | 'bad frame' {
    const { mode, legs, output, sightings, traffic, nowMs } = this.#parts;
    const receiver = side === 'client' ? 'server' : 'client';
    if (!legs.isWritable(receiver)) {
      if (server !== undefined) this.droppedBytes += chunk.length;
      return 'dropped';
    }
    this.hasStarted = true;
    legs.sent(receiver, nowMs());
    if (mode === 'tcp') {
      traffic[side].bytes += chunk.length;
      output[receiver].expect(chunk.slice());
      return 'passed';
    }
    const { frames, isFaulty } = traffic.cut(side, chunk);
    for (const bytes of frames) output[receiver].expect(bytes);
    if (server !== undefined) sightings.hears(server, traffic.server);
    if (isFaulty) return 'bad frame';
    if (traffic[side].ourGoodbye === 'answered') legs.finish(side);
    return 'passed';
  }

  /** A server that goes without a word has lost the session; in mode tcp a FIN may be its word. */
  losesLeg(happening: LegOver, server: Server): void {
    const { mode, sightings } = this.#parts;
    if (!happening.startsWith('server')) return;
    if (mode === 'cmpp' || happening !== 'server FIN') sightings.sees(server, 'linkLosses');
    this.saysGoodbye(['client']);
  }

  /** To the client alone where the server is lost, or has closed without a word. */
  saysGoodbye(sides: readonly Side[] = SIDES): void {
    const { mode, legs, traffic, output } = this.#parts;
    for (const side of sides) {
      if (mode === 'tcp') {
        legs.finish(side);
      } else {
        traffic[side].ourGoodbye = 'said';
        output[side].expect(ownGoodbye());
      }
    }
  }
}
