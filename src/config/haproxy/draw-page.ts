/** Draws `admin.http` of cmpp-lb.yaml from the section that has HAProxy's page of statistics. Pure. */

import { isLoopback, listenAddress } from '../address.js';
import { isDefaultPassword } from '../default-password.js';
import type { Draft } from './draft.js';
import type { Remarks } from './place.js';
import type { Listener, Proxy } from './proxy.js';

const PATH = ['admin', 'http'];
/** Where the converted YAML keeps the password. */
const PASSWORD_VARIABLE = 'CMPP_LB_PASSWORD';

/** A section that relays nothing, with what was found in it. */
export interface ServiceSection {
  readonly proxy: Proxy;
  readonly remarks: Remarks;
}

/** There is one page: the first section that asks for it becomes it, else one that has only figures for Prometheus. */
export function drawPage(sections: readonly ServiceSection[], draft: Draft, remarks: Remarks): void {
  const chosen = sections.find(({ proxy }) => proxy.pagePlace !== undefined) ?? sections[0];
  if (chosen === undefined) return;
  const { proxy, remarks: found } = chosen;
  remarks.addSome(found, ({ key }) => key.startsWith(`${proxy.place.words}: stats `));
  const listener = chooseListener(proxy, remarks);
  if (listener !== undefined) drawHttp(proxy, listener, draft, remarks);
  for (const { proxy: other } of sections) {
    if (other === proxy) continue;
    const message = `cmpp-lb has one page, that of line ${proxy.place.line}, with /metrics for Prometheus${nowhere(other.listeners)}`;
    remarks.warning(other.place, message);
  }
}

function nowhere(listeners: readonly Listener[]): string {
  return listeners.length === 0 ? '' : `; nothing listens on ${listeners.map(({ address }) => address).join(', ')}`;
}

/** One port; of all of IPv6 and all of IPv4, which are one address to HAProxy, the latter. */
function chooseListener({ listeners, place }: Proxy, remarks: Remarks): Listener | undefined {
  const ports = listeners.filter(({ address }) => !address.startsWith('unix:'));
  const chosen = ports.find(({ address }) => !address.startsWith('[::]:')) ?? ports[0];
  if (chosen === undefined) {
    remarks.warning(
      place,
      `the page listens on a port only, and none is written${nowhere(listeners)}; write bind :8081`,
    );
    return undefined;
  }
  for (const other of listeners) {
    if (other === chosen) continue;
    remarks.warning(other.place, `the page listens on one address, ${chosen.address}; not on ${other.address}`);
  }
  const header = chosen.settings.get('accept-proxy');
  if (header !== undefined) remarks.problem(header.place, 'the page reads no PROXY header; remove it');
  return chosen;
}

function drawHttp(proxy: Proxy, { address, place }: Listener, draft: Draft, remarks: Remarks): void {
  const { settings } = proxy;
  const [user, password] = [settings.get('page.user'), settings.get('page.password')];
  const [level, refresh] = [settings.get('page.level'), settings.get('page.refresh')];
  const danger = dangerOf(proxy);
  const listen = listenAddress(address);
  const isOpen = listen?.kind === 'tcp' && !isLoopback(listen);
  const own = isOpen && danger !== undefined ? `127.0.0.1:${listen.port}` : address;
  draft.put([...PATH, 'listen'], own, place);
  if (own !== address && danger !== undefined)
    remarks.warning(
      danger.place,
      `${danger.why}: so the page listens on ${own}, and not on ${address}; ${danger.advice}`,
    );
  if (user !== undefined && password !== undefined) {
    draft.put([...PATH, 'user'], user.value, user.place);
    const comment = 'the haproxy.cfg has it in clear; set it where cmpp-lb is started, such as by EnvironmentFile=';
    draft.putSecret([...PATH, 'password'], String(password.value), password.place, PASSWORD_VARIABLE, comment);
  }
  if (level !== undefined && user === undefined)
    remarks.warning(
      level.place,
      'a page without stats auth steers nothing, because anybody could; write stats auth too',
    );
  const isSteering = level !== undefined && user !== undefined;
  const comment = isSteering ? undefined : 'HAProxy’s page only reads; operator shows sessions and accounts too';
  draft.put([...PATH, 'level'], isSteering ? 'admin' : 'user', level?.place ?? place, comment);
  if (refresh !== undefined) draft.put([...PATH, 'refresh'], refresh.value, refresh.place);
  const message = `becomes the page of cmpp-lb (admin.http) on ${own}; timeouts, limits and logs that are written here have no meaning for it`;
  remarks.note(proxy.place, message);
}

/** Why other machines must not reach the page as it is written, and what to do about it. */
function dangerOf({ settings, place }: Proxy) {
  const user = settings.get('page.user');
  const password = settings.get('page.password');
  const restricted = settings.get('page.restricted');
  if (user === undefined || password === undefined)
    return { place, why: 'other machines could read it without a password', advice: 'write stats auth USER:PASSWORD' };
  if (isDefaultPassword(String(user.value), String(password.value)))
    return { place: password.place, why: 'other machines could guess the password', advice: 'write another one' };
  if (restricted === undefined) return undefined;
  const why = 'cmpp-lb does not ask this rule on who may read';
  return { place: restricted.place, why, advice: 'write it in the firewall, and remove it' };
}
