/** The socket that systemd listens on, in the hands of a test. Node has no such sockets; Debian's hatop brings python3. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Change } from './change.js';

/** Prints each datagram as one line. What comes along with it, such as the descriptor of a barrier, is closed at once. */
const RECEIVER = `
import json, socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print(json.dumps("listening"), flush=True)
while True:
    print(json.dumps(receiver.recv(4096).decode()), flush=True)
`;

export class NotifySocket {
  readonly path: string;
  /** What was said, without the barriers between. */
  readonly words: string[] = [];
  readonly #change = new Change();

  private constructor(path: string) {
    this.path = path;
  }

  static async listening(context: TestContext): Promise<NotifySocket> {
    const folder = mkdtempSync(join(tmpdir(), 'cmpp-lb-notify-'));
    const notify = new NotifySocket(join(folder, 'socket'));
    const child = spawn('python3', ['-c', RECEIVER, notify.path], { stdio: ['ignore', 'pipe', 'inherit'] });
    context.after(async () => {
      child.kill('SIGKILL');
      await once(child, 'close');
      rmSync(folder, { recursive: true });
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) notify.#heard(String(JSON.parse(line)));
    });
    await notify.heard(({ words }) => words.includes('listening'));
    notify.words.length = 0;
    return notify;
  }

  /** Resolves once what was said is as `suits` says. */
  async heard(suits: (notify: NotifySocket) => boolean): Promise<void> {
    while (!suits(this)) await this.#change.next();
  }

  #heard(datagram: string): void {
    if (datagram !== 'BARRIER=1') this.words.push(datagram.trim());
    this.#change.happened();
  }
}
