/** The plan of a `cmpp` probe: logs in as an SP does, asks whether the gateway is active, and takes leave. Pure but for the clock. */

import { authenticatorSource } from '../cmpp/authenticator.js';
import { decode, makePdu } from '../cmpp/pdu.js';
import type { BodyOf } from '../cmpp/pdu.js';
import { connectStatusName } from '../cmpp/status.js';
import { connectTimestamp } from '../cmpp/timestamp.js';
import { versionByte, versionOfConnectResp } from '../cmpp/version.js';
import type { Clock } from '../runtime/clock.js';
import { CmppTalk } from './probe-cmpp-talk.js';
import type { ProbeAccount, ProbeSettings } from './probe.js';
import { MORE } from './probe-plan.js';
import type { ExchangeStep, Judgement, ProbePlan, Step } from './probe-plan.js';
import { spanText } from './probe-words.js';

type CmppSettings = Extract<ProbeSettings, { kind: 'cmpp' }>;

/** Who logs in to be refused: the gateway's log shows who asks, and no account of 6 digits is guessed at. */
const NOBODY = 'probe';

/** With the reserved byte, or as some gateways leave it out. */
const ACTIVE_TEST_RESP_BYTES: ReadonlySet<number> = new Set([13, 12]);

const CONNECT: Step<CmppTalk> = { kind: 'connect', name: 'connect', port: undefined };

export function cmppPlan(settings: CmppSettings, clock: Clock): ProbePlan<CmppTalk> {
  const { account, persistent } = settings;
  const activeTest = activeTestStep(account);
  const login = loginStep(settings, clock);
  const onKept = [activeTest];
  const anew = [CONNECT, login, activeTest, ...(persistent ? [] : [TERMINATE])];
  return {
    keepsConnection: persistent,
    steps: (isConnected) => (isConnected ? onKept : anew),
    talk: (port) => new CmppTalk(port),
  };
}

function loginStep({ account, version }: CmppSettings, clock: Clock): ExchangeStep<CmppTalk> {
  return {
    kind: 'exchange',
    name: 'CONNECT',
    awaited: 'CONNECT_RESP',
    isCourtesy: false,
    ask: (talk) => {
      const claim = claimOf(account, connectTimestamp(clock.wallMs()));
      talk.ask((sequenceId) => makePdu('connect', sequenceId, { ...claim, version: versionByte(version) }));
    },
    judge: (talk) => judgeLogin(talk, account),
  };
}

function claimOf(account: ProbeAccount | undefined, timestamp: number): Partial<BodyOf<'connect'>> {
  if (account === undefined) return { sourceAddr: NOBODY, timestamp };
  const claim = { sourceAddr: account.sourceAddr, timestamp };
  return { ...claim, authenticatorSource: authenticatorSource(claim, account.sharedSecret) };
}

function judgeLogin(talk: CmppTalk, account: ProbeAccount | undefined): Judgement {
  const { answer } = talk;
  if (answer === undefined) return MORE;
  const version = versionOfConnectResp(answer.length);
  const decoded = version && decode(answer, version);
  if (version === undefined || decoded?.kind !== 'pdu' || decoded.pdu.command !== 'connectResp') {
    return { kind: 'failed', status: 'L7RSP', text: `CONNECT_RESP has Total_Length ${answer.length}` };
  }
  const { status } = decoded.pdu;
  if (status === 0) {
    talk.accepted(version);
    return { kind: 'passed', text: 'status 0 (ok)' };
  }
  return account === undefined
    ? { kind: 'passed', text: `alive: it refuses an unknown login (status ${status})`, isLast: true }
    : { kind: 'failed', status: 'L7STS', text: `login refused: status ${status} (${connectStatusName(status)})` };
}

function activeTestStep(account: ProbeAccount | undefined): ExchangeStep<CmppTalk> {
  return {
    kind: 'exchange',
    name: 'ACTIVE_TEST',
    awaited: 'ACTIVE_TEST_RESP',
    isCourtesy: false,
    ask: (talk) => talk.ask((sequenceId) => makePdu('activeTest', sequenceId)),
    judge: ({ answer }, waitedMs) => {
      if (answer === undefined) return MORE;
      if (!ACTIVE_TEST_RESP_BYTES.has(answer.length)) {
        return { kind: 'failed', status: 'L7RSP', text: `ACTIVE_TEST_RESP has Total_Length ${answer.length}` };
      }
      const text = `ACTIVE_TEST answered in ${spanText(waitedMs)}`;
      return { kind: 'passed', text: account === undefined ? 'alive, and it lets anybody in' : text };
    },
  };
}

/** Many gateways close at once instead of answering, so no answer is no failure. */
const TERMINATE: ExchangeStep<CmppTalk> = {
  kind: 'exchange',
  name: 'TERMINATE',
  awaited: 'TERMINATE_RESP',
  isCourtesy: true,
  ask: (talk) => talk.ask((sequenceId) => makePdu('terminate', sequenceId)),
  judge: ({ answer }, waitedMs) =>
    answer === undefined ? MORE : { kind: 'passed', text: `answered in ${spanText(waitedMs)}` },
};
