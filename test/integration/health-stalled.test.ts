import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { realClock } from '../../src/runtime/clock.js';
import { GatewayProcess } from '../support/gateway-process.js';
import type { Line } from '../support/program.js';
import { ProgramScene } from '../support/program-scene.js';
import type { Sp } from '../support/sp.js';

const ACCOUNT = 'account: "900001", shared-secret: opensesame';

/** How long an answer of the gateways takes, which sets the pace of those who wait for it before they ask again. */
const ANSWER_DELAY = '20ms';

/** Sends one message after the other until it is told to end; each of them must be answered. */
class Traffic {
  readonly #done: Promise<void>;
  #isOver = false;
  #answered = 0;

  constructor(sp: Sp) {
    this.#done = this.#send(sp);
  }

  /** Resolves with how many were answered. */
  async end(): Promise<number> {
    this.#isOver = true;
    await this.#done;
    return this.#answered;
  }

  async #send(sp: Sp): Promise<void> {
    while (!this.#isOver) {
      await sp.submit();
      this.#answered += 1;
    }
  }
}

interface Stall {
  readonly scene: ProgramScene;
  readonly hanging: GatewayProcess;
  /** Its session is on the gateway that hangs. */
  readonly hit: Sp;
  readonly stalledAtMs: number;
  /** To be called at the end: the other gateways have had traffic throughout, and no false alarm. */
  readonly othersWereUp: () => Promise<void>;
}

/** Three gateways with a session each, all fully up; one of them hangs from now on. */
async function stallOneOfThree(context: TestContext, keys: { check: string; backend: string }): Promise<Stall> {
  const scene = new ProgramScene(context);
  const [hanging, others] = await Promise.all([
    GatewayProcess.started(context),
    GatewayProcess.started(context, { count: 2 }),
  ]);
  for (const index of [0, 1]) await others.fault(`delay ${ANSWER_DELAY}`, index);
  const servers = [hanging.server(), others.server(0), others.server(1)];
  const program = scene.run({ ...keys, servers });
  const [hit, ...sps] = [await scene.loggedInSp(), await scene.loggedInSp(), await scene.loggedInSp()];
  const places = await Promise.all([hit, ...sps].map((sp) => scene.serverOf(sp)));
  assert.deepEqual(places, ['s1', 's2', 's3']);
  const traffics = sps.map((sp) => new Traffic(sp));
  // At least one message has gone to each, so that a session that breaks is not taken for a slow one.
  await hit.submit();
  hanging.stall();
  return {
    scene,
    hanging,
    hit,
    stalledAtMs: realClock.wallMs(),
    othersWereUp: async () => {
      for (const traffic of traffics) assert.ok((await traffic.end()) > 10);
      const fallen = program.lines.filter(({ event }) => event === 'server-down').map(({ server }) => server);
      assert.deepEqual(fallen, ['s1']);
    },
  };
}

function timeMs(line: Line): number {
  return Date.parse(String(line['time']));
}

describe('A gateway that hangs', { timeout: 60_000, concurrency: 2 }, () => {
  it('goes down by probes alone within fall x inter, and its SPs are told to go elsewhere', async (t) => {
    const { scene, hanging, hit, stalledAtMs, othersWereUp } = await stallOneOfThree(t, {
      check: `{ type: cmpp, inter: 300ms, fall: 3, init-state: fully-up, ${ACCOUNT} }`,
      backend: 'observe: off\non-marked-down: close',
    });
    const { program } = scene;
    const down = await scene.serverEvent('server-down', 's1');
    // Three times what is promised, for a machine that has other things to do.
    assert.ok(timeMs(down) - stalledAtMs <= 3 * 900, `${timeMs(down) - stalledAtMs} ms`);
    const steps = program.lines.filter(({ server, status }) => server === 's1' && status !== undefined).slice(-3);
    assert.deepEqual(
      steps.map(({ status }) => status),
      ['UP 2/3', 'UP 1/3', 'DOWN'],
    );
    for (const { why } of steps) assert.match(String(why), /^no (CONNECT|ACTIVE_TEST)_RESP in \d+ ms$/);
    assert.match(String(down['msg']), /\(2\/3 UP left, 1 session closes\)$/);

    const { sequenceId } = await hit.peer.pdu('terminate');
    hit.peer.write(frameOf(makePdu('terminateResp', sequenceId), '3.0'));
    assert.equal((await hit.left()).by, 'FIN');
    hit.peer.finish();
    const end = await scene.endIn(hit);
    assert.deepEqual([end['reason'], end['detail']], ['server-marked-down', down['why']]);
    assert.notEqual(await scene.serverOf(await scene.loggedInSp()), 's1');

    hanging.goOn();
    const up = await scene.serverEvent('server-up', 's1');
    assert.match(String(up['why']), /^ACTIVE_TEST answered in /);
    await othersWereUp();
  });

  it('goes down by live traffic long before a probe is due, and keeps the sessions that it may', async (t) => {
    const { scene, hanging, hit, stalledAtMs, othersWereUp } = await stallOneOfThree(t, {
      check: `{ type: cmpp, inter: 60s, fastinter: 1s, downinter: 1s, init-state: fully-up, ${ACCOUNT} }`,
      backend: 'observe: { unanswered: 1s }\non-marked-down: keep\ntimeout: { check: 30s }',
    });
    const { program } = scene;
    const answer = hit.submit();
    const down = await scene.serverEvent('server-down', 's1');
    assert.match(String(down['why']), /^nothing answered for [\d.]+ s \(1 SUBMIT unanswered\)$/);
    assert.match(String(down['msg']), /\(2\/3 UP left, 1 session stays\)$/);
    // What is looked at twice a second is seen within half a second more; three times that.
    assert.ok(timeMs(down) - stalledAtMs <= 3 * 1500, `${timeMs(down) - stalledAtMs} ms`);
    assert.notEqual(await scene.serverOf(await scene.loggedInSp()), 's1');

    hanging.goOn();
    await answer;
    const up = await scene.serverEvent('server-up', 's1');
    assert.match(String(up['why']), /^ACTIVE_TEST answered in /);
    await hit.submit();
    assert.ok(program.lines.every(({ event }) => event !== 'session-end'));
    await othersWereUp();
  });
});
