/**
 * What is promised of one server, whatever else happens in its world: it is found to be down in time, and up again; what
 * live traffic says of it is true; and nobody says anything of one that is well.
 */

import { commandName } from '../../../src/cmpp/header.js';
import { limitsOf } from '../../../src/health/schedule.js';
import { isOut, isUp } from './expected-farm.js';
import type { ExpectedServer } from './expected-farm.js';
import { passesProbe } from './gateway-manner.js';
import type { Gateway } from './gateway.js';

/** The sessions are looked at so often. */
const LOOK_MS = 500;
/** Probes begin so long after one another, however much the server is suspected. */
const LEAST_INTERVAL_MS = 250;
/** Fewer say nothing of how busy a server is. */
const FEWEST_SUBMIT_ANSWERS = 50;
/** Ways, and what is rounded. */
const SLACK_MS = 20;

export class Promises {
  readonly #server: ExpectedServer;
  readonly #gateway: Gateway;
  /** When the operator, or a floor that did not let it go, last changed what is promised. */
  #orderedAtMs = 0;
  #mayGoSinceMs = 0;
  #clearedAtMs = -Infinity;
  #lossesAtMs: number[] = [];
  readonly #probes = { isUnderWay: false, beganAtMs: -Infinity, dueMs: Infinity };

  constructor(server: ExpectedServer, gateway: Gateway) {
    this.#server = server;
    this.#gateway = gateway;
  }

  ordered(nowMs: number): void {
    this.#orderedAtMs = nowMs;
  }

  /** It was put up or down by other means than a probe, so that one must find out. */
  turned(nowMs: number): void {
    const { fastinterMs, interMs } = this.#server.plan.check?.rules ?? { fastinterMs: Infinity, interMs: Infinity };
    this.#mustBeProbed(nowMs, Math.max(Math.min(fastinterMs, interMs), LEAST_INTERVAL_MS));
  }

  leftMaintenance(nowMs: number): void {
    this.#mustBeProbed(nowMs, LEAST_INTERVAL_MS);
  }

  enteredMaintenance(): void {
    this.#probes.isUnderWay = false;
    this.#probes.dueMs = Infinity;
  }

  /** Returns what is wrong with that. */
  probeBegins(nowMs: number): string | undefined {
    const probes = this.#probes;
    const sinceMs = probes.beganAtMs;
    this.#probes.beganAtMs = nowMs;
    this.#probes.isUnderWay = true;
    this.#probes.dueMs = Infinity;
    const { own, plan } = this.#server;
    if (own === undefined || plan.check === undefined || own.word !== 'DOWN') return undefined;
    // Other means than the last probe may have hastened this one.
    if (this.#orderedAtMs > sinceMs || own.changedAtMs > sinceMs) return undefined;
    const leastMs = 0.899 * plan.check.rules.downinterMs;
    return nowMs < sinceMs + leastMs ? `is probed after ${nowMs - sinceMs} ms` : undefined;
  }

  probeEnds(): void {
    this.#probes.isUnderWay = false;
  }

  cleared(nowMs: number): void {
    this.#clearedAtMs = nowMs;
  }

  lost(nowMs: number): void {
    this.#lossesAtMs.push(nowMs);
    const isWatched = Number.isFinite(this.#server.backend.plan.observe?.linkLosses ?? Infinity);
    if (isWatched && this.#server.own?.isUp === true) this.#mustBeProbed(nowMs, LOOK_MS + LEAST_INTERVAL_MS);
  }

  /** Between two events. Returns what has been broken. */
  broken(nowMs: number, sessionsWaitSinceMs: number): string | undefined {
    if (!this.#mayGo()) this.#mayGoSinceMs = nowMs;
    const { own, wish } = this.#server;
    if (own === undefined || wish === 'maint') return undefined;
    if (nowMs > this.#probes.dueMs) return `is not probed by ${this.#probes.dueMs} ms`;
    return (
      this.#undetected(nowMs) ??
      this.#unheeded(nowMs, sessionsWaitSinceMs) ??
      this.#unheededLosses(nowMs) ??
      this.#unheededBusy(nowMs) ??
      this.#unrecovered(nowMs)
    );
  }

  /** What is untrue in the words by which live traffic has put it down. */
  untrue(why: string, nowMs: number): string | undefined {
    const rules = this.#server.backend.plan.observe;
    if (rules === undefined || this.#server.own === undefined) return 'nobody observes it';
    if (this.#server.wish === 'maint' || !isUp(this.#server)) return 'it is down already';
    if (!this.#mayGo()) return 'too many would be down';
    const wellSinceMs = this.#isWell() ? this.#gateway.mannerSinceMs : Infinity;
    const staleMs = Math.max(rules.unansweredMs === Infinity ? 0 : rules.unansweredMs, rules.withinMs) + 2 * LOOK_MS;
    if (nowMs - wellSinceMs > staleMs) return 'it is well';
    if (why.startsWith('nothing answered')) return this.#untrueSilence(why, nowMs);
    const sinceMs = nowMs - rules.withinMs - LOOK_MS - SLACK_MS;
    const lossesText = /^([\d,]+) connections lost/.exec(why)?.[1];
    if (lossesText !== undefined) {
      const lost = this.#lossesAtMs.filter((atMs) => atMs >= sinceMs).length;
      this.#lossesAtMs = [];
      const said = numberOf(lossesText);
      return said >= rules.linkLosses && said <= lost ? undefined : `${lost} were lost`;
    }
    const [, percent = '', answersText = ''] = /^(\d+) % of ([\d,]+) SUBMIT_RESP/.exec(why) ?? [];
    const answers = this.#gateway.submitAnswersAtMs.filter((atMs) => atMs >= sinceMs).length;
    const said = numberOf(answersText);
    const isTrue = said >= FEWEST_SUBMIT_ANSWERS && said <= answers && Number(percent) >= rules.busyPercent;
    return isTrue ? undefined : `${answers} were answered`;
  }

  #mustBeProbed(nowMs: number, withinMs: number): void {
    if (this.#probes.isUnderWay || this.#server.wish === 'maint') return;
    this.#probes.dueMs = nowMs + withinMs + SLACK_MS;
  }

  #untrueSilence(why: string, nowMs: number): string | undefined {
    const unansweredMs = this.#server.backend.plan.observe?.unansweredMs ?? Infinity;
    const { answeredAtMs, owed } = this.#gateway;
    if (nowMs - answeredAtMs < unansweredMs) return `it answered at ${answeredAtMs}`;
    if (nowMs - this.#clearedAtMs < unansweredMs) return `it answered a probe at ${this.#clearedAtMs}`;
    if (!owed.some(({ atMs }) => nowMs - atMs >= unansweredMs)) return 'nobody has waited for so long';
    for (const [, count, name] of why.matchAll(/(\d+) (\w+)[, ](?=.*unanswered)/g)) {
      if (name === 's' || name === 'ms') continue;
      const waiting = owed.filter(({ commandId }) => commandName(commandId) === name).length;
      if (waiting !== Number(count)) return `${waiting} ${name} are unanswered`;
    }
    return undefined;
  }

  /** By probes alone: within `fall` x `inter`, or one and a half `inter`. */
  #undetected(nowMs: number): string | undefined {
    const { own, plan } = this.#server;
    const { check } = plan;
    if (own === undefined || check === undefined || this.#isPassing() !== 'never') return undefined;
    const { fall, fastinterMs, interMs } = check.rules;
    // A failed probe that did not run into its time is followed by `fastinter`.
    if (fastinterMs > interMs) return undefined;
    const sinceMs = Math.max(this.#gateway.mannerSinceMs, this.#orderedAtMs);
    const boundMs = (fall === 1 ? 1.5 : fall) * interMs + SLACK_MS;
    const isLate = nowMs > sinceMs + boundMs && (own.isUp || own.changedAtMs > sinceMs + boundMs);
    return isLate ? `is ${own.word} ${nowMs - sinceMs} ms after it is ${this.#gateway.manner.name}` : undefined;
  }

  /** By live traffic: within `unanswered` and a second. */
  #unheeded(nowMs: number, sessionsWaitSinceMs: number): string | undefined {
    const { backend, own } = this.#server;
    const unansweredMs = backend.plan.observe?.unansweredMs ?? Infinity;
    if (own === undefined || !own.isUp || this.#gateway.manner.answerMs !== Infinity) return undefined;
    const { answeredAtMs, mannerSinceMs } = this.#gateway;
    const pauses = [answeredAtMs, mannerSinceMs, this.#orderedAtMs, this.#mayGoSinceMs, this.#clearedAtMs];
    const sinceMs = Math.max(sessionsWaitSinceMs, own.changedAtMs, ...pauses);
    const isLate = nowMs > sinceMs + unansweredMs + 2 * LOOK_MS + SLACK_MS;
    return isLate ? `is ${own.word} while sessions wait since ${sinceMs} ms` : undefined;
  }

  /** By live traffic: at the look after so many connections were lost. */
  #unheededLosses(nowMs: number): string | undefined {
    const { backend, own } = this.#server;
    const { linkLosses = Infinity, withinMs = 0 } = backend.plan.observe ?? {};
    if (own === undefined || !own.isUp) return undefined;
    // A tenth of the time may be forgotten too early.
    const sinceMs = Math.max(nowMs - 0.9 * withinMs, own.changedAtMs, this.#orderedAtMs, this.#mayGoSinceMs);
    const untilMs = nowMs - LOOK_MS - SLACK_MS;
    const lost = this.#lossesAtMs.filter((atMs) => atMs > sinceMs && atMs < untilMs).length;
    return lost >= linkLosses ? `is ${own.word} after ${lost} connections were lost` : undefined;
  }

  /** By live traffic: at the look after so many SUBMITs were answered, all of them by "busy". */
  #unheededBusy(nowMs: number): string | undefined {
    const { backend, own } = this.#server;
    const { busyPercent = Infinity, withinMs = 0 } = backend.plan.observe ?? {};
    const { manner, mannerSinceMs, submitAnswersAtMs } = this.#gateway;
    if (own === undefined || !own.isUp || busyPercent === Infinity || !manner.isBusy) return undefined;
    if (mannerSinceMs > nowMs - withinMs - 2 * LOOK_MS) return undefined;
    const sinceMs = Math.max(nowMs - 0.9 * withinMs, own.changedAtMs, this.#orderedAtMs, this.#mayGoSinceMs);
    const untilMs = nowMs - LOOK_MS - SLACK_MS;
    const answers = submitAnswersAtMs.filter((atMs) => atMs > sinceMs && atMs < untilMs).length;
    return answers >= FEWEST_SUBMIT_ANSWERS ? `is ${own.word} after it has said "busy" ${answers} times` : undefined;
  }

  #unrecovered(nowMs: number): string | undefined {
    const { own, plan } = this.#server;
    const { check } = plan;
    if (own === undefined || own.isUp || check === undefined || this.#isPassing() !== 'always') return undefined;
    const { downinterMs, fastinterMs, rise } = check.rules;
    const boundMs = rise * Math.max(downinterMs, fastinterMs) + limitsOf(check.rules).wholeMs + SLACK_MS;
    const sinceMs = Math.max(this.#gateway.mannerSinceMs, this.#orderedAtMs, own.changedAtMs);
    return nowMs > sinceMs + boundMs ? `is ${own.word} ${nowMs - sinceMs} ms after it is well` : undefined;
  }

  /** Whether every probe passes now, or none, logged in already or not. */
  #isPassing(): 'always' | 'never' | 'perhaps' {
    const { check } = this.#server.plan;
    const { manner, latencyMs } = this.#gateway;
    if (check === undefined) return 'perhaps';
    const limits = limitsOf(check.rules);
    const anew = passesProbe(check, manner, latencyMs, limits, false);
    const isKept = check.settings.kind === 'cmpp' && check.settings.persistent;
    const kept = isKept ? passesProbe(check, manner, latencyMs, limits, true) : anew;
    if (anew !== kept) return 'perhaps';
    return anew ? 'always' : 'never';
  }

  /** It answers probes within their limits, and sessions in much less time than makes it suspect. */
  #isWell(): boolean {
    const { answerMs, isBusy, isStuck } = this.#gateway.manner;
    const unansweredMs = this.#server.backend.plan.observe?.unansweredMs ?? Infinity;
    return this.#isPassing() === 'always' && answerMs < Math.min(unansweredMs / 2, LOOK_MS) && !isBusy && !isStuck;
  }

  /** Whether the floor lets one more go down. */
  #mayGo(): boolean {
    const { plan, servers } = this.#server.backend;
    const most = plan.observe?.maxEjectedPercent ?? 0;
    const out = servers.filter((server) => isOut(server)).length;
    return ((out + 1) / servers.length) * 100 <= most;
  }
}

function numberOf(text: string): number {
  return Number(text.replaceAll(',', ''));
}
