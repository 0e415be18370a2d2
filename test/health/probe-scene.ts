/** A probe on a fake clock and fake connections, in the hands of a test: the server's side of each connection is the test's. */

import assert from 'node:assert/strict';
import { Framer } from '../../src/cmpp/framer.js';
import { decode, frameOf, makePdu } from '../../src/cmpp/pdu.js';
import type { Command, Pdu, PduOf } from '../../src/cmpp/pdu.js';
import type { Version } from '../../src/cmpp/version.js';
import type { Probe, ProbeLimits, ProbeLink, ProbeLinkEvents, ProbeOutcome } from '../../src/health/probe.js';
import type { ProbeSettings } from '../../src/health/probe.js';
import { createProbe } from '../../src/health/probe-table.js';
import { FakeClock } from '../support/fake-clock.js';

export const LIMITS: ProbeLimits = { wholeMs: 10_000, answerMs: 5000 };

/** The probe's end is `ProbeLink`, the server's is the rest. */
export class FakeLink implements ProbeLink {
  readonly port: number | undefined;
  readonly events: ProbeLinkEvents;
  /** What the probe has sent and the test has not taken. */
  sent: Uint8Array = new Uint8Array(0);
  isClosed = false;
  readonly #framer = new Framer();

  constructor(port: number | undefined, events: ProbeLinkEvents) {
    this.port = port;
    this.events = events;
  }

  write(bytes: Uint8Array): void {
    assert.equal(this.isClosed, false, 'written to a closed connection');
    this.sent = Buffer.concat([this.sent, bytes]);
  }

  close(): void {
    this.isClosed = true;
  }

  /** The server sends this, cut into pieces of these lengths; what is left comes last. */
  send(bytes: Uint8Array | string, lengths: readonly number[] = []): void {
    let rest: Uint8Array = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    for (const length of lengths) {
      if (length > 0 && length < rest.length) this.#read(rest.subarray(0, length));
      if (length < rest.length) rest = rest.subarray(length);
    }
    this.#read(rest);
  }

  /** The PDUs that the probe has sent since the last call. */
  taken(version: Version = '3.0'): readonly Pdu[] {
    const pdus: Pdu[] = [];
    const sink = {
      frame: (bytes: Uint8Array, start: number, end: number) => {
        const decoded = decode(bytes.subarray(start, end), version);
        assert.ok(decoded.kind === 'pdu', decoded.kind);
        pdus.push(decoded.pdu);
      },
    };
    assert.equal(this.#framer.push(this.sent, sink), undefined);
    this.sent = new Uint8Array(0);
    return pdus;
  }

  /** The one PDU that the probe has sent since the last call. */
  takenOne<C extends Command>(command: C): PduOf<C> {
    const pdus = this.taken();
    const isOf = (pdu: Pdu | undefined): pdu is Pdu & PduOf<C> => pdu?.command === command;
    const [pdu] = pdus;
    assert.ok(pdus.length === 1 && isOf(pdu), `expected ${command}, got ${pdus.map((each) => each.command).join()}`);
    return pdu;
  }

  /** The bytes are only valid during the call. */
  #read(bytes: Uint8Array): void {
    const lent = Buffer.from(bytes);
    this.events.read(lent);
    lent.fill(0xee);
  }
}

export class ProbeScene {
  readonly clock = new FakeClock();
  readonly links: FakeLink[] = [];
  readonly outcomes: ProbeOutcome[] = [];
  readonly probe: Probe;

  constructor(settings: ProbeSettings) {
    this.probe = createProbe(settings, {
      clock: this.clock,
      openLink: (port, events) => {
        assert.ok(this.isEverythingClosed, 'two connections at once');
        const link = new FakeLink(port, events);
        this.links.push(link);
        return link;
      },
    });
  }

  /** The connection that was opened last. */
  get link(): FakeLink {
    const link = this.links.at(-1);
    assert.ok(link, 'no connection was opened');
    return link;
  }

  get isEverythingClosed(): boolean {
    return this.links.every(({ isClosed }) => isClosed);
  }

  run(limits: ProbeLimits = LIMITS): FakeLink | undefined {
    this.probe.run(limits, (outcome) => this.outcomes.push(outcome));
    return this.links.at(-1);
  }

  /** Runs and lets the connection come up. */
  opened(limits?: ProbeLimits): FakeLink {
    this.run(limits);
    this.link.events.opened();
    return this.link;
  }

  /** The one outcome; nothing is left behind but the connection that may be kept. */
  outcome({ keepsConnection = false } = {}): ProbeOutcome {
    assert.equal(this.clock.pending, 0, 'a timer is left');
    assert.equal(this.isEverythingClosed, !keepsConnection, 'the connection');
    const [outcome, ...others] = this.outcomes.splice(0);
    assert.ok(outcome && others.length === 0, `outcomes: ${JSON.stringify([outcome, ...others])}`);
    return outcome;
  }

  /** The same in short. */
  verdict(options?: { readonly keepsConnection: boolean }): string {
    const { hasPassed, status, text } = this.outcome(options);
    return `${hasPassed ? 'passed' : 'failed'} ${status}: ${text}`;
  }
}

export function connectResp(status: number, version: Version = '3.0', sequenceId = 1): Uint8Array {
  return frameOf(makePdu('connectResp', sequenceId, { status, version: 0x30 }), version);
}

export function activeTestResp(sequenceId: number): Uint8Array {
  return frameOf(makePdu('activeTestResp', sequenceId), '3.0');
}

export function terminateResp(sequenceId: number): Uint8Array {
  return frameOf(makePdu('terminateResp', sequenceId), '3.0');
}
