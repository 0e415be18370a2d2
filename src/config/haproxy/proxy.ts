/** A section of haproxy.cfg as it was read: what it says, and what it inherits from its `defaults`. Pure. */

import type { Settings, WithSettings } from './keyword.js';
import type { LogLine } from './log-line.js';
import type { Place } from './place.js';

/** An address of a `bind` line, with the settings of the line. */
export interface Listener extends WithSettings {
  /** As cmpp-lb.yaml writes it. */
  readonly address: string;
  readonly place: Place;
}

/** A `server` line; its settings have those of `default-server` in them. */
export interface Server extends WithSettings {
  readonly name: string;
  readonly address: string;
  /** Of its name. */
  readonly place: Place;
  readonly addressPlace: Place;
}

/** A `tcp-check` rule, as the step of a script of cmpp-lb.yaml. */
export interface ScriptRule {
  readonly key: string;
  readonly value: string | { readonly port?: number };
  readonly place: Place;
}

/** What a `defaults` section hands down. */
export class Proxy implements WithSettings {
  readonly kind: 'defaults' | 'frontend' | 'backend' | 'listen';
  readonly name: string;
  readonly place: Place;
  readonly settings: Settings;
  readonly serverDefaults: WithSettings;
  /** `global` for a line that says so. */
  readonly logs: (LogLine | 'global')[];
  readonly script: ScriptRule[];
  readonly listeners: Listener[] = [];
  readonly servers: Server[] = [];
  /** Where its page of statistics is asked for. */
  pagePlace: Place | undefined;
  /** Where another service of HAProxy itself is, such as its figures for Prometheus. */
  servicePlace: Place | undefined;

  constructor(kind: Proxy['kind'], name: string, place: Place, inherits?: Proxy) {
    this.kind = kind;
    this.name = name;
    this.place = place;
    this.settings = new Map(inherits?.settings);
    this.serverDefaults = { settings: new Map(inherits?.serverDefaults.settings) };
    this.logs = [...(inherits?.logs ?? [])];
    this.script = [...(inherits?.script ?? [])];
    this.pagePlace = inherits?.pagePlace;
    this.servicePlace = inherits?.servicePlace;
  }

  hasSide(side: 'frontend' | 'backend'): boolean {
    return this.kind === side || this.kind === 'listen' || this.kind === 'defaults';
  }

  /** Whether sessions go to its own servers: a `listen` without any may name a backend, like a frontend. */
  get isBackend(): boolean {
    const { kind, servers, settings } = this;
    const namesOther = settings.has('default-backend') || settings.has('use-backend');
    return kind === 'backend' || (kind === 'listen' && (servers.length > 0 || !namesOther));
  }

  /** Whether it passes sessions on, or is there for HAProxy's own page or figures only. */
  get isService(): boolean {
    const { settings, servers, pagePlace, servicePlace } = this;
    return (
      (pagePlace !== undefined || servicePlace !== undefined) &&
      settings.get('mode')?.value === 'http' &&
      servers.length === 0 &&
      !settings.has('default-backend') &&
      !settings.has('use-backend')
    );
  }
}
