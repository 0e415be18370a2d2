/** What tshark, Wireshark's command, reads in CMPP frames: an independent reader of the protocol. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOf } from './capture.js';

/** A field of the dissector, in its own words. */
export interface DissectedField {
  readonly name: string;
  /** What Wireshark displays. */
  readonly shown: string;
  /** The bytes that it was read from, in hex. */
  readonly hex: string;
}

const CMPP_PORT = 7890;

/** Why tshark cannot be used here; undefined when it can. */
export function tsharkTrouble(): string | undefined {
  const { error, status } = spawnSync('tshark', ['--version']);
  if (error !== undefined) return `tshark does not run (${error.message}); on Debian it is in the package tshark`;
  return status === 0 ? undefined : `tshark --version ended with ${status}`;
}

/** The CMPP fields of each frame, in order; none for a frame that Wireshark does not take for CMPP. */
export function dissect(frames: readonly Uint8Array[]): DissectedField[][] {
  // tshark reads no capture from the kind of pipe that Node gives to a child.
  const directory = mkdtempSync(join(tmpdir(), 'cmpp-lb-capture-'));
  try {
    const file = join(directory, 'frames.pcap');
    writeFileSync(file, captureOf(frames, CMPP_PORT));
    return run(['-r', file, '-d', `tcp.port==${CMPP_PORT},cmpp`, '-T', 'pdml'])
      .split('<packet>')
      .slice(1)
      .map(cmppFields);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function run(commandLine: readonly string[]): string {
  const options = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  const { status, stdout, stderr } = spawnSync('tshark', commandLine, options);
  if (status !== 0) throw new Error(`tshark ended with ${status}: ${stderr}`);
  return stdout;
}

function cmppFields(packet: string): DissectedField[] {
  const fields = packet.matchAll(/<field name="(cmpp\.[^"]*)"[^>]* show="([^"]*)"(?: value="([^"]*)")?/g);
  return Array.from(fields, ([, name = '', shown = '', hex = '']) => ({ name, shown, hex }));
}
