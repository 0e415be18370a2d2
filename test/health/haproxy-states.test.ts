import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { Server as Listener, Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { HealthRecord } from '../../src/health/health.js';
import type { ProbeOutcome } from '../../src/health/probe.js';
import type { RiseAndFall } from '../../src/health/rules.js';
import { seededRandom } from '../../src/runtime/random.js';
import { missingHaproxy, portOf, startHaproxy } from '../support/haproxy.js';
import type { Haproxy } from '../support/haproxy.js';

/** Not where others connect to ports that were free a moment ago: every connection counts as a check. */
const HOST = '127.0.47.1';

/** What both show of a server. HAProxy counts a maintenance as a time down; we keep the operator's wish apart. */
interface Shown {
  readonly status: string;
  readonly counter: number;
  readonly failures: number;
  readonly timesDown: number;
}

/**
 * What happens to a server, one after the other: a check that passes (o) or fails (x); the operator sets its health up (u)
 * or down (d), or puts it into maintenance and back (m), each while the next check waits for its answer.
 */
interface Trial extends RiseAndFall {
  readonly name: string;
  readonly script: string;
}

const PAIRS: readonly RiseAndFall[] = [
  { rise: 2, fall: 3 },
  { rise: 1, fall: 1 },
  { rise: 1, fall: 3 },
  { rise: 3, fall: 1 },
  { rise: 4, fall: 2 },
  { rise: 3, fall: 5 },
];

const trials: readonly Trial[] = PAIRS.flatMap((rules) => {
  const { rise, fall } = rules;
  const passes = 'o'.repeat(rise);
  const failures = 'x'.repeat(fall);
  const name = `rise-${rise}-fall-${fall}`;
  return [
    { ...rules, name: `${name}-round`, script: `${passes}${failures}x${passes}${failures.slice(1)}o${failures}` },
    { ...rules, name: `${name}-failing`, script: `x${passes.slice(1)}x${passes}${failures}` },
    { ...rules, name: `${name}-chance`, script: byChance('oox', 30, rise * 10 + fall) },
    {
      ...rules,
      name: `${name}-forced`,
      script: `odoux${failures}uxdx${passes}d${passes}uu${byChance('ooxxud', 20, rise)}`,
    },
    { ...rules, name: `${name}-maintenance`, script: `omox${passes}mx${passes}${failures}mo${failures}mx` },
  ];
});

function byChance(marks: string, length: number, seed: number): string {
  const random = seededRandom(seed);
  return Array.from({ length }, () => marks[random.below(marks.length)]).join('');
}

const DEEDS: Readonly<Record<string, readonly string[]>> = {
  u: ['health up'],
  d: ['health down'],
  m: ['state maint', 'state ready'],
};

/** HAProxy's runtime API, from before it is started. It takes one command at a time, since it listens for few at once. */
class Commands {
  begin: (haproxy: Haproxy) => void = () => {};
  readonly #haproxy = new Promise<Haproxy>((resolve) => (this.begin = resolve));
  #last: Promise<unknown> = Promise.resolve();

  async send(line: string): Promise<string> {
    const haproxy = await this.#haproxy;
    const answer = this.#last.then(() => haproxy.command(line));
    this.#last = answer;
    return answer;
  }

  /** What `show stat` says of the server of this name; all are in one backend. */
  async shown(name: string): Promise<Shown> {
    const [header = [], ...rows] = (await this.send('show stat')).split('\n').map((line) => line.split(','));
    const row = rows.find((cells) => cells[header.indexOf('svname')] === name);
    const cell = (column: string) => row?.[header.indexOf(column)] ?? assert.fail(`no ${column} of ${name}`);
    return {
      status: cell('status'),
      counter: Number(cell('check_health')),
      failures: Number(cell('chkfail')),
      timesDown: Number(cell('chkdown')),
    };
  }
}

/** A server that follows the script of its trial, and notes what HAProxy shows before each check and after each deed. */
class ScriptedServer {
  readonly listener: Listener;
  readonly finished: Promise<readonly Shown[]>;
  readonly #trial: Trial;
  readonly #commands: Commands;
  readonly #seen: Shown[] = [];
  #finish: (seen: readonly Shown[]) => void = () => {};
  #fail: (error: unknown) => void = () => {};
  #next = 0;

  constructor(trial: Trial, commands: Commands) {
    this.#trial = trial;
    this.#commands = commands;
    this.finished = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    // It may fail before its test waits for it.
    this.finished.catch(() => {});
    this.listener = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      this.#check(socket).catch((error: unknown) => this.#fail(error));
    }).listen(0, HOST);
  }

  /** A check has come, so HAProxy is done with the one before. */
  async #check(socket: Socket): Promise<void> {
    const { name, script } = this.#trial;
    const look = async () => void this.#seen.push(await this.#commands.shown(name));
    if (this.#next <= script.length) await look();
    for (;;) {
      const deed = DEEDS[script[this.#next] ?? ''];
      if (deed === undefined) break;
      for (const words of deed) assert.equal(await this.#commands.send(`set server farm/${name} ${words}`), '\n');
      await look();
      this.#next += 1;
    }
    if (this.#next >= script.length) this.#finish(this.#seen);
    socket.end(script[this.#next] === 'x' ? 'NO' : 'OK');
    this.#next += 1;
  }
}

const pass: ProbeOutcome = { hasPassed: true, status: 'L7OK', text: '', durationMs: 0, steps: [] };
const failure: ProbeOutcome = { hasPassed: false, status: 'L7RSP', text: '', durationMs: 0, steps: [] };

function shownByOurs({ rise, fall, script }: Trial): readonly Shown[] {
  const record = new HealthRecord({ rise, fall, initState: 'up' }, 0);
  let maintenances = 0;
  const shown = (): Shown => {
    const { word, counter, failures, timesDown } = record;
    return { status: word, counter, failures, timesDown: timesDown + maintenances };
  };
  const seen = [shown()];
  for (const mark of script) {
    if (mark === 'u' || mark === 'd') record.forced(mark === 'u' ? 'up' : 'down', 0);
    else if (mark === 'm') {
      if (record.isUp) maintenances += 1;
      record.leftMaintenance(0);
    } else record.probed(mark === 'o' ? pass : failure, 0);
    seen.push(shown());
  }
  return seen;
}

describe('rise and fall beside HAProxy', { skip: missingHaproxy(), timeout: 60_000 }, () => {
  let servers: readonly ScriptedServer[] = [];
  let haproxy: Haproxy | undefined;

  before(async () => {
    const commands = new Commands();
    servers = trials.map((trial) => new ScriptedServer(trial, commands));
    const ports = await Promise.all(servers.map(({ listener }) => portOf(listener)));
    const lines = trials.map(
      ({ name, rise, fall }, index) =>
        `  server ${name} ${HOST}:${ports[index]} check inter 50 rise ${rise} fall ${fall}\n`,
    );
    const check = '  option tcp-check\n  timeout check 20s\n  tcp-check connect\n  tcp-check expect string OK\n';
    haproxy = await startHaproxy(`backend farm\n${check}${lines.join('')}`);
    commands.begin(haproxy);
  });

  after(async () => {
    await haproxy?.stop();
    for (const { listener } of servers) listener.close();
  });

  for (const [index, trial] of trials.entries()) {
    it(`${trial.name} through ${trial.script}`, async () => {
      assert.deepEqual(shownByOurs(trial), await servers[index]?.finished);
    });
  }
});
