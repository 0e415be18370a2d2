/** Turns a haproxy.cfg into the values that a cmpp-lb.yaml would have, and says what of it is lost. Pure. */

import { nearest } from '../nearest.js';
import type { Path } from '../problem.js';
import type { Mode } from '../vocabulary.js';
import { drawAdmin } from './draw-admin.js';
import { drawBackend } from './draw-backend.js';
import { drawFrontend } from './draw-frontend.js';
import { drawGlobal } from './draw-global.js';
import { drawPage } from './draw-page.js';
import type { ServiceSection } from './draw-page.js';
import { Draft } from './draft.js';
import { effectiveSettings, INHERITED_KEYS } from './effective.js';
import { globalKeywords } from './global-keywords.js';
import type { Global } from './global-keywords.js';
import type { Settings } from './keyword.js';
import { Remarks } from './place.js';
import type { Place } from './place.js';
import { Proxy } from './proxy.js';
import { proxyKeywords } from './proxy-keywords.js';
import { OTHER_SECTIONS, sectionsOf, titleOf } from './sections.js';
import type { OtherSection, Section } from './sections.js';
import { readStatement } from './statement.js';
import type { Variable } from './words.js';

export interface Translation {
  readonly draft: Draft;
  readonly remarks: Remarks;
  /** What is missing in the draft because it was refused. */
  readonly lost: readonly Path[];
}

/** `mode` is what the operator says of sections of mode tcp; undefined if he says nothing. */
export function translate(file: string, text: string, mode: Mode | undefined, variable: Variable): Translation {
  const remarks = new Remarks(file);
  return new Translator(remarks, mode).translate(sectionsOf(text, variable, remarks));
}

/** The key that is missing when lines of a keyword are refused. */
const LOST_WITH: Readonly<Record<string, readonly [string, string]>> = {
  bind: ['frontends', 'listen'],
  default_backend: ['frontends', 'default-backend'],
  dispatch: ['backends', 'servers'],
  server: ['backends', 'servers'],
  'server-template': ['backends', 'servers'],
  use_backend: ['frontends', 'default-backend'],
};

const PAGE_ELSEWHERE = 'the page stands in a section of mode http that relays nothing, in HAProxy too';

/** What to do with the page of a section that is refused. */
function pageAdvice({ pagePlace, listeners }: Proxy): string {
  if (pagePlace === undefined || listeners.length === 0) return '';
  return `; its page of statistics (line ${pagePlace.line}) becomes cmpp-lb’s own in a section that relays nothing: listen stats, with mode http, bind and stats enable`;
}

class Translator {
  readonly #remarks: Remarks;
  readonly #mode: Mode | undefined;
  readonly #draft = new Draft();
  readonly #lost: Path[] = [];
  readonly #global: Global = { settings: new Map(), logs: [], sockets: [] };
  #globalPlace: Place | undefined;
  /** The last one, which holds for the sections after it. */
  #defaults: Proxy | undefined;
  readonly #namedDefaults = new Map<string, Proxy>();
  /** Those that relay nothing. */
  readonly #services: ServiceSection[] = [];
  /** Of each section that sessions go through, the defaults that it inherits. */
  readonly #proxies = new Map<Proxy, Proxy | undefined>();

  constructor(remarks: Remarks, mode: Mode | undefined) {
    this.#remarks = remarks;
    this.#mode = mode;
  }

  translate(sections: readonly Section[]): Translation {
    for (const section of sections) this.#read(section);
    const proxies = [...this.#proxies.keys()];
    const [draft, remarks] = [this.#draft, this.#remarks];
    const inherited = this.#inherited();
    const start = this.#globalPlace ?? sections[0]?.place ?? draft.root.place;
    drawGlobal(this.#global, start, proxies, draft, remarks);
    drawAdmin(this.#global, draft, remarks);
    drawPage(this.#services, draft, remarks);
    this.#drawDefaults(inherited, start);
    draft.open(['frontends'], draft.root.place);
    for (const proxy of proxies) if (proxy.hasSide('frontend')) drawFrontend(proxy, draft, remarks, inherited);
    draft.open(['backends'], draft.root.place);
    for (const proxy of proxies) if (proxy.isBackend) drawBackend(proxy, draft, remarks, inherited);
    this.#warnOfMode(proxies);
    return { draft, remarks, lost: this.#lost };
  }

  #read(section: Section): void {
    const { kind, place, statements } = section;
    if (kind === 'global') {
      this.#globalPlace ??= place;
      const into = { title: 'global', table: globalKeywords, target: this.#global, hasSide: () => true };
      for (const statement of statements) readStatement(statement, { ...into, remarks: this.#remarks });
    } else if (kind === 'defaults') {
      const proxy = new Proxy(kind, section.name, place, this.#inheritedBy(section));
      this.#readProxy(proxy, section, this.#remarks);
      this.#defaults = proxy;
      if (section.name !== '') this.#namedDefaults.set(section.name, proxy);
    } else if (kind === 'frontend' || kind === 'backend' || kind === 'listen') {
      const defaults = section.from === undefined ? this.#defaults : this.#inheritedBy(section);
      const proxy = new Proxy(kind, section.name, place, defaults);
      const remarks = this.#remarks.apart();
      this.#readProxy(proxy, section, remarks);
      this.#keep(proxy, defaults, remarks);
    } else this.#passOver(kind, place);
  }

  #readProxy(proxy: Proxy, section: Section, remarks: Remarks): void {
    const into = {
      title: titleOf(section),
      table: proxyKeywords,
      target: proxy,
      remarks,
      hasSide: (side: 'frontend' | 'backend' | 'both') => side === 'both' || proxy.hasSide(side),
    };
    for (const statement of section.statements) readStatement(statement, into);
  }

  #passOver(kind: OtherSection, place: Place): void {
    const { isRefused, why } = OTHER_SECTIONS[kind];
    if (isRefused) this.#remarks.problem(place, why);
    else this.#remarks.note(place, why);
  }

  #inheritedBy({ from, place }: Section): Proxy | undefined {
    if (from === undefined) return undefined;
    const named = this.#namedDefaults.get(from.text);
    if (named !== undefined) return named;
    const known = [...this.#namedDefaults.keys()];
    const advice = nearest(from.text, known) ?? (known.length === 0 ? 'its defaults section above' : known.join(', '));
    const message = `no defaults section above is called ${JSON.stringify(from.text)}; write ${advice}`;
    this.#remarks.problem({ ...place, column: from.column }, message);
    return undefined;
  }

  /** Sections that are not for relaying, or not for bytes, are told in one remark, not in one for each line. */
  #keep(proxy: Proxy, defaults: Proxy | undefined, remarks: Remarks): void {
    const { settings, place, pagePlace } = proxy;
    if (settings.has('section-disabled')) {
      this.#remarks.note(place, 'disabled, and so left out');
    } else if (proxy.isService) {
      this.#services.push({ proxy, remarks });
    } else if (settings.get('mode')?.value === 'http') {
      const line = settings.get('mode')?.place.line ?? place.line;
      const message = `mode http (line ${line}): cmpp-lb relays CMPP, or the bytes of any protocol, and does not understand HTTP; leave this section to HAProxy or nginx, or write mode tcp to relay it as bytes${pageAdvice(proxy)}`;
      this.#remarks.problem(place, message);
      for (const side of ['frontend', 'backend'] as const)
        if (proxy.hasSide(side)) this.#lost.push([`${side}s`, proxy.name]);
    } else {
      if (pagePlace !== undefined && pagePlace.line > place.line) remarks.note(pagePlace, PAGE_ELSEWHERE);
      this.#remarks.add(remarks);
      this.#lose(proxy, remarks);
      this.#proxies.set(proxy, defaults);
    }
  }

  /** What a refused line would have said is not to be called missing. */
  #lose({ name, place }: Proxy, { problems }: Remarks): void {
    for (const { key } of problems) {
      const [keyword = ''] = key.slice(`${place.words}: `.length).split(/[: ]/);
      const lost = LOST_WITH[keyword];
      if (lost !== undefined) this.#lost.push([lost[0], name, lost[1]]);
    }
  }

  /** What `defaults` of cmpp-lb.yaml can say for all sections: only what one `defaults` section says for all of them. */
  #inherited(): Settings {
    const [defaults, ...others] = new Set(this.#proxies.values());
    const common = others.length === 0 && defaults !== undefined ? defaults : emptyDefaults(this.#globalPlace);
    return new Map([...effectiveSettings(common)].filter(([key]) => INHERITED_KEYS.has(key)));
  }

  #drawDefaults(inherited: Settings, start: Place): void {
    const comment = this.#mode === undefined ? 'bytes of any protocol; cmpp understands CMPP' : undefined;
    const place = this.#defaults?.place ?? start;
    this.#draft.put(['defaults', 'mode'], this.#mode ?? 'tcp', place, comment);
    for (const [key, setting] of inherited)
      this.#draft.put(['defaults', ...key.split('.')], setting.value, setting.place, setting.comment);
  }

  #warnOfMode([first]: readonly Proxy[]): void {
    if (first === undefined || this.#mode !== undefined) return;
    const place = first.settings.get('mode')?.place ?? first.place;
    const message =
      'what passes is bytes to cmpp-lb; if it is CMPP, say --mode cmpp, and it recognises logins, sees gateways that hang, and counts what is unanswered; --mode tcp says that bytes are meant';
    this.#remarks.warning(place, message);
  }
}

function emptyDefaults(place: Place | undefined): Proxy {
  return new Proxy('defaults', '', place ?? { line: 1, column: 1, words: 'defaults' });
}
