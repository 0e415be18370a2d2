import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { durationMs, durationPattern } from '../../../src/config/quantity.js';
import { describeFaults, FAULT_WORDS, NO_FAULTS } from '../../../src/simulator/smsc/fault.js';
import { changedFaults, HELP_TEXT, parseSmscCommand } from '../../../src/simulator/smsc/smsc-command.js';

const parse = (line: string) =>
  parseSmscCommand(line, (text) => (durationPattern.test(text) ? durationMs(text) : undefined));

describe('a command to the SMSC simulator', () => {
  const faults = [
    ['delay 200ms', { delayMs: 200 }],
    ['silent', { isSilent: true }],
    ['result 8', { submitResult: 8 }],
    ['refuse 3', { connectStatus: 3 }],
    ['close', { hangUp: 'close' }],
    ['reset', { hangUp: 'reset' }],
    ['partial', { isPartial: true }],
    ['slow-read 100B/s', { readBytesPerSecond: 100 }],
    ['slow-read 2kB/s', { readBytesPerSecond: 2048 }],
    ['delay 5s result 77', { delayMs: 5000, submitResult: 77 }],
  ] as const;
  for (const [words, changes] of faults) {
    it(`fault 9315 ${words} sets just that`, () => {
      const parsed = parse(`fault 9315 ${words}`);
      assert.deepEqual(parsed, { kind: 'command', command: { kind: 'fault', port: 9315, changes } });
    });
  }

  it('none takes all faults away', () => {
    const parsed = parse('  fault   all none ');
    assert.deepEqual(parsed, { kind: 'command', command: { kind: 'fault', port: 'all', changes: undefined } });
    assert.equal(changedFaults({ ...NO_FAULTS, isSilent: true }, undefined), NO_FAULTS);
  });

  it('adds faults to those in force, which are shown as they are written', () => {
    let inForce = NO_FAULTS;
    assert.equal(describeFaults(inForce), 'none');
    for (const [, changes] of faults) inForce = changedFaults(inForce, changes);
    const shown = describeFaults(inForce);
    assert.equal(shown, 'delay 5000ms silent partial result 77 refuse 3 reset slow-read 2048B/s');
    const again = parse(`fault 1 ${shown}`);
    assert.ok(again.kind === 'command' && again.command.kind === 'fault');
    assert.deepEqual(changedFaults(NO_FAULTS, again.command.changes), inForce);
  });

  it('deliver keeps its text as it is', () => {
    const command = { kind: 'deliver', port: 9315, account: '900001', text: '你好  fault all none' };
    assert.deepEqual(parse('deliver 9315 900001   你好  fault all none '), { kind: 'command', command });
  });

  for (const [line, command] of [
    ['status', { kind: 'status' }],
    ['help', { kind: 'help' }],
    ['close all', { kind: 'close', port: 'all' }],
  ] as const) {
    it(`may be ${line}`, () => assert.deepEqual(parse(line), { kind: 'command', command }));
  }

  const wrong = [
    ['fail 9315', /unknown command "fail": expected fault, status/],
    ['fault', /expected a port or all after fault, got ""/],
    ['fault 99999 silent', /got "99999"/],
    ['fault 9315', /expected none or a fault: delay, silent/],
    ['fault 9315 slow', /unknown fault "slow": expected delay/],
    ['fault 9315 toString', /unknown fault "toString"/],
    ['fault 9315 delay', /expected delay DURATION, got ""/],
    ['fault 9315 delay 5', /expected delay DURATION, got "5"/],
    ['fault 9315 result 256', /expected result NUMBER, got "256"/],
    ['fault 9315 result 0', /got "0"/],
    ['fault 9315 slow-read 0B/s', /got "0B\/s"/],
    ['fault 9315 none silent', /unknown fault "none"/],
    ['deliver 9315 900001', /expected deliver PORT ACCOUNT TEXT/],
    ['status 9315', /status takes nothing after it/],
    ['close 9315 900001', /expected close PORT/],
  ] as const;
  for (const [line, says] of wrong) {
    it(`"${line}" is refused with what was expected`, () => {
      const parsed = parse(line);
      assert.ok(parsed.kind === 'wrong');
      assert.match(parsed.why, says);
    });
  }

  it('help explains every fault', () => {
    for (const word of Object.keys(FAULT_WORDS)) assert.match(HELP_TEXT, new RegExp(`^ +${word} `, 'm'));
  });
});
