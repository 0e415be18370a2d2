/** A balancer that serves HTTP, and requests to it. */

import { connect } from 'node:net';
import type { TestContext } from 'node:test';
import { exchange } from './haproxy.js';
import { Scene } from './scene.js';
import type { ConfigKeys, SceneParts } from './scene.js';

export const OPEN = 'listen: 127.0.0.1:0';
/** In scenes the password of a user is called after where it is kept. */
export const CLOSED = 'listen: 127.0.0.1:0, user: me, password: { env: HTTP }';
export const PASSWORD = 'secret of HTTP';
export const RIGHT = `me:${PASSWORD}`;
/** Who may steer servers. */
export const STEERING = `${CLOSED}, level: admin`;

export class HttpScene extends Scene {
  #socketPath = '';

  /** Two gateways, and an SP that has logged in. */
  static async serving(t: TestContext, http: string, parts?: SceneParts): Promise<HttpScene> {
    const scene = new HttpScene(t, parts);
    await scene.serve(http, { servers: [await scene.gateway({}), await scene.gateway({})] });
    await (await scene.sp()).logIn();
    return scene;
  }

  async serve(http: string, keys: ConfigKeys): Promise<void> {
    this.#socketPath = `${this.folder()}/lb.sock`;
    await this.start({ ...keys, admin: `http: { ${http} }, socket: { path: ${this.#socketPath} }` });
  }

  get address(): string {
    return this.admin.httpAddress ?? '';
  }

  /** Each request has a connection of its own, so that none outlives the test. */
  async fetch(path: string, userAndPassword?: string, request: RequestInit = {}): Promise<Response> {
    const headers = new Headers(request.headers);
    headers.set('connection', 'close');
    if (userAndPassword !== undefined) headers.set('authorization', basic(userAndPassword));
    return fetch(`http://${this.address}${path}`, { redirect: 'manual', ...request, headers });
  }

  async statusOf(path: string, userAndPassword?: string, request?: RequestInit): Promise<number> {
    const response = await this.fetch(path, userAndPassword, request);
    await response.text();
    return response.status;
  }

  async textOf(path: string, userAndPassword?: string): Promise<string> {
    const response = await this.fetch(path, userAndPassword);
    return response.text();
  }

  async command(line: string): Promise<string> {
    return exchange(connect(this.#socketPath), `${line}\n`);
  }
}

export function basic(userAndPassword: string): string {
  return `Basic ${Buffer.from(userAndPassword).toString('base64')}`;
}
