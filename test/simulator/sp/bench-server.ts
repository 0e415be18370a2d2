/** A session of a simulated SP with a fake clock and without sockets, to which a test answers as servers do. */

import assert from 'node:assert/strict';
import { decode, frameOf, makePdu } from '../../../src/cmpp/pdu.js';
import type { BodyOf, Command, Pdu, PduOf } from '../../../src/cmpp/pdu.js';
import { writeStatusReport } from '../../../src/cmpp/status-report.js';
import type { Version } from '../../../src/cmpp/version.js';
import { seededRandom } from '../../../src/runtime/random.js';
import { submitsOf } from '../../../src/simulator/sp/outgoing-sms.js';
import type { SpEvent } from '../../../src/simulator/sp/sp-event.js';
import { SpFigures } from '../../../src/simulator/sp/sp-figures.js';
import { SpSession } from '../../../src/simulator/sp/sp-session.js';
import { DEFAULT_SP_SETTINGS } from '../../../src/simulator/sp/sp-settings.js';
import type { SpSettings } from '../../../src/simulator/sp/sp-settings.js';
import { FakeClock } from '../../support/fake-clock.js';

export class BenchServer {
  readonly clock = new FakeClock();
  readonly events: SpEvent[] = [];
  readonly figures = new SpFigures();
  readonly session: SpSession;
  /** In which the server writes. */
  readonly version: Version;
  readonly #received: Pdu[] = [];
  #submissions = 0;
  isEnded = false;

  /** Of an SP that asks for 3.0 unless the settings say otherwise, to a server of `version`. */
  constructor(version: Version = '3.0', settings: Partial<SpSettings> = {}) {
    this.version = version;
    const around = { settings: { ...DEFAULT_SP_SETTINGS, ...settings }, clock: this.clock, random: seededRandom(1) };
    this.session = new SpSession(around, { account: '900001', secret: 'opensesame' }, this);
  }

  /** What the session sends. */
  send(frame: Uint8Array): void {
    assert.equal(this.isEnded, false, 'nothing is sent after the end');
    const decoded = decode(frame, this.version);
    assert.ok(decoded.kind === 'pdu', 'what the SP sends can be read');
    this.#received.push(decoded.pdu);
  }

  end(): void {
    this.isEnded = true;
  }

  tell(event: SpEvent): void {
    this.events.push(event);
    this.figures.take(event);
  }

  takeAll(): Pdu[] {
    return this.#received.splice(0);
  }

  /** The next PDU that came, which is to be of that command. */
  take<C extends Command>(command: C): PduOf<C> {
    const pdu = this.#received.shift();
    const isExpected = (pdu: Pdu | undefined): pdu is PduOf<C> & Pdu => pdu?.command === command;
    assert.ok(isExpected(pdu), `expected ${command}, got ${pdu?.command}`);
    return pdu;
  }

  say<C extends Command>(command: C, sequenceId: number, values: Partial<BodyOf<C>> = {}): void {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a PDU of one command is a PDU
    this.session.receive(frameOf(makePdu(command, sequenceId, values) as Pdu, this.version));
  }

  /** Lets the SP in. */
  accept(): this {
    this.say('connectResp', this.take('connect').sequenceId);
    this.events.splice(0);
    return this;
  }

  /** Makes the SP send a message to that many numbers. */
  submit(count = 1): void {
    const to = Array.from({ length: count }, (_, index) => String(13800138000 + index));
    const sender = { account: '900001', srcId: '10690001', serviceId: '', wantsReport: true };
    const written = submitsOf({ to, text: 'hi', msgFmt: 0 }, sender, 0);
    assert.ok(written.kind === 'submits');
    for (const submit of written.submits) {
      this.#submissions += 1;
      this.session.submit({ number: this.#submissions, submit });
    }
  }

  /** Sends a status report in the layout of `version`. */
  report(sequenceId: number, msgId: bigint, stat: string, version = this.version): void {
    const times = { submitTime: '2603040506', doneTime: '2603040507' };
    const report = { msgId, stat, ...times, destTerminalId: '13800138000', smscSequence: 1 };
    const written = writeStatusReport(report, version);
    assert.ok(written.kind === 'bytes');
    this.say('deliver', sequenceId, { registeredDelivery: 1, msgContent: written.bytes });
  }
}
