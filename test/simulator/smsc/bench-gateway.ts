/** A simulated gateway with a fake clock and without sockets, to which a test speaks as SPs do. */

import assert from 'node:assert/strict';
import { authenticatorSource } from '../../../src/cmpp/authenticator.js';
import { decode, frameOf, makePdu } from '../../../src/cmpp/pdu.js';
import type { BodyOf, Command, Pdu, PduOf } from '../../../src/cmpp/pdu.js';
import { versionByte } from '../../../src/cmpp/version.js';
import type { Version } from '../../../src/cmpp/version.js';
import { seededRandom } from '../../../src/runtime/random.js';
import type { SmscEvent } from '../../../src/simulator/smsc/event.js';
import { Gateway } from '../../../src/simulator/smsc/gateway.js';
import { Mailroom } from '../../../src/simulator/smsc/mailroom.js';
import { DEFAULT_SMSC_SETTINGS } from '../../../src/simulator/smsc/settings.js';
import type { SmscSettings } from '../../../src/simulator/smsc/settings.js';
import { SmscSession } from '../../../src/simulator/smsc/smsc-session.js';
import { FakeClock } from '../../support/fake-clock.js';

export class BenchGateway {
  readonly clock = new FakeClock();
  readonly events: SmscEvent[] = [];
  readonly mailroom: Mailroom;
  readonly gateway: Gateway;
  readonly #settings: SmscSettings;
  readonly #random = seededRandom(1);

  constructor(settings: Partial<SmscSettings> = {}) {
    this.#settings = { ...DEFAULT_SMSC_SETTINGS, ...settings };
    this.mailroom = new Mailroom(this.clock);
    this.gateway = new Gateway(7890, 5, this.clock);
  }

  /** A connection in `version` that has said nothing yet. */
  connect(version: Version): BenchSp {
    const sp = new BenchSp(version);
    const around = {
      settings: this.#settings,
      gateway: this.gateway,
      mailroom: this.mailroom,
      clock: this.clock,
      random: this.#random,
      tell: (event: SmscEvent) => void this.events.push(event),
    };
    sp.session = new SmscSession(around, sp, '192.0.2.1:5000');
    return sp;
  }

  /** A connection that is logged in, of which nothing has been received yet. */
  login(version: Version, account = '900001'): BenchSp {
    const sp = this.connect(version);
    sp.login(account, '');
    assert.equal(sp.take('connectResp').status, 0);
    return sp;
  }
}

/** The SP's side of one connection. */
export class BenchSp {
  readonly version: Version;
  session: SmscSession | undefined;
  readonly #received: Pdu[] = [];
  isEnded = false;
  #sequenceId = 100;

  constructor(version: Version) {
    this.version = version;
  }

  /** What the session sends. */
  send(frame: Uint8Array): void {
    assert.equal(this.isEnded, false, 'nothing is sent after the end');
    const decoded = decode(frame, this.version);
    assert.ok(decoded.kind === 'pdu', 'what the gateway sends can be read');
    this.#received.push(decoded.pdu);
  }

  end(): void {
    this.isEnded = true;
  }

  /** The PDUs that came since the last call. */
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

  /** Sends a request under a new Sequence_Id, which it returns. */
  request<C extends Command>(command: C, values: Partial<BodyOf<C>> = {}): number {
    this.#sequenceId += 1;
    this.say(command, this.#sequenceId, values);
    return this.#sequenceId;
  }

  say<C extends Command>(command: C, sequenceId: number, values: Partial<BodyOf<C>> = {}): void {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a PDU of one command is a PDU
    this.receive(frameOf(makePdu(command, sequenceId, values) as Pdu, this.version));
  }

  receive(frame: Uint8Array): void {
    this.session?.receive(frame);
  }

  login(account: string, secret: string, values: Partial<BodyOf<'connect'>> = {}): void {
    const timestamp = 304050607;
    const proof = authenticatorSource({ sourceAddr: account, timestamp }, secret);
    const version = versionByte(this.version);
    this.request('connect', { sourceAddr: account, authenticatorSource: proof, version, timestamp, ...values });
  }

  submit(values: Partial<BodyOf<'submit'>> = {}): number {
    return this.request('submit', {
      registeredDelivery: 1,
      srcId: '10690001',
      serviceId: 'TEST',
      destTerminalIds: ['13800138000'],
      msgContent: Uint8Array.of(0x68, 0x69),
      ...values,
    });
  }
}
