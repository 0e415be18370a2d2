/** The shipped dashboard and alerts ask for what is exported, by the labels that it has. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { PROCESS_FAMILIES, ROW_FAMILIES } from '../../src/stats/prometheus-families.js';
import { ACCOUNT_FAMILIES } from '../../src/stats/prometheus-own-families.js';
import { prometheusText } from '../../src/stats/prometheus.js';
import { accountOf, backendOf, frontendOf, serverOf, snapshotOf } from './haproxy-figures.js';

const DASHBOARD = 'config/grafana/cmpp-lb.json';
const ALERTS = 'config/prometheus/alerts.yml';

const place = z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() });
const dashboardSchema = z.object({
  templating: z.object({ list: z.array(z.object({ name: z.string(), query: z.unknown() })) }),
  panels: z.array(
    z.object({
      id: z.number(),
      type: z.string(),
      title: z.string().min(1),
      description: z.string().min(1).optional(),
      gridPos: place,
      datasource: z.object({ uid: z.literal('${datasource}') }).optional(),
      targets: z.array(z.object({ expr: z.string(), refId: z.string() })).optional(),
    }),
  ),
});
const alertsSchema = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          labels: z.object({ severity: z.enum(['warning', 'critical']) }),
          annotations: z.object({ summary: z.string(), action: z.string() }),
        }),
      ),
    }),
  ),
});

const dashboard = dashboardSchema.parse(JSON.parse(readFileSync(DASHBOARD, 'utf8')));
const alerts = alertsSchema.parse(parse(readFileSync(ALERTS, 'utf8'))).groups.flatMap(({ rules }) => rules);
const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

/** What Prometheus itself says of every target; and the labels that it adds to all series. */
const OF_PROMETHEUS: ReadonlySet<string> = new Set(['up']);
const LABELS_OF_PROMETHEUS: ReadonlySet<string> = new Set(['instance', 'job']);

/** Every series that there can be, by its name, with its labels. */
function exported(): Map<string, Set<string>> {
  const words = { pdusIn: { SUBMIT: 1 }, pdusOut: { DELIVER: 1 }, refused: { maxconn: 1 }, closed: { killed: 1 } };
  const submitLatency = { count: 1, sumMs: 1, p50Ms: 1, p95Ms: 1, p99Ms: 1, below: [{ ms: 1, count: 1 }] };
  const answers = { submitLatency, submitResults: { 8: 1 }, logins: { 0: 1 } };
  const server = serverOf({ ...words, ...answers, sessionsLimit: 5, throttlePercent: 50 });
  const account = accountOf({ refused: { maxconn: 1 }, lastLoginWallMs: 1 });
  const { accounts, process } = snapshotOf();
  const text = prometheusText(
    snapshotOf({
      process: { ...process, closed: { killed: 1 } },
      frontends: [frontendOf({ ...words, listeners: frontendOf().listeners.map((each) => ({ ...each, ...words })) })],
      backends: [backendOf({ ...words, ...answers, servers: [server] })],
      accounts: { ...accounts, leading: [account] },
    }),
  );
  const series = new Map<string, Set<string>>();
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-z_]+)(?:\{(.*)\})? \S+$/gm)) {
    const known = series.get(name) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/([a-z_]+)="/g)) known.add(label);
    series.set(name, known);
  }
  return series;
}

/** The series that an expression selects, each with the labels that it must have: those that it is chosen by. */
function selected(expression: string): (readonly [string, readonly string[]])[] {
  return Array.from(
    expression.matchAll(/\b((?:haproxy|cmpp_lb)_[a-z0-9_]+|up)\b(?:\{([^}]*)\})?/g),
    ([, name = '', labels = '']) =>
      [name, Array.from(labels.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g), ([, label = '']) => label)] as const,
  );
}

describe('the dashboard and the alerts', () => {
  const series = exported();

  it('are compared with every family that there is', () => {
    const families = [...PROCESS_FAMILIES, ...ROW_FAMILIES, ...ACCOUNT_FAMILIES];
    for (const { name, type } of families) {
      const first = type === 'histogram' ? `${name}_bucket` : name;
      // A check code is there for checks of layer 7 alone.
      assert.ok(series.has(first) || name === 'haproxy_server_check_code', name);
    }
  });

  for (const [what, all] of [
    [DASHBOARD, expressions],
    [ALERTS, alerts.map(({ expr }) => expr)],
  ] as const) {
    it(`${what} asks for what is exported, by labels that it has`, () => {
      for (const expression of all) {
        const chosen = selected(expression);
        assert.ok(chosen.length > 0, expression);
        const own = chosen.filter(([name]) => !OF_PROMETHEUS.has(name));
        for (const [name, labels] of own) {
          const known = series.get(name);
          assert.ok(known !== undefined, `${name} is not exported: ${expression}`);
          for (const label of labels) assert.ok(known.has(label) || LABELS_OF_PROMETHEUS.has(label), expression);
        }
        const grouping = Array.from(expression.matchAll(/\bby \(([a-z_, ]+)\)/g), ([, labels = '']) =>
          labels.split(', '),
        );
        for (const label of grouping.flat()) {
          const isThere = own.every(([name]) => series.get(name)?.has(label)) || LABELS_OF_PROMETHEUS.has(label);
          assert.ok(isThere, `${label} in ${expression}`);
        }
      }
    });
  }

  it('use the variables that are declared, and no other', () => {
    const declared = dashboard.templating.list.map(({ name }) => name);
    const used = expressions.flatMap((each) => Array.from(each.matchAll(/\$(\w+)/g), ([, name = '']) => name));
    assert.deepEqual(declared, ['datasource', 'instance', 'frontend', 'backend', 'server']);
    for (const name of new Set(used)) assert.ok(declared.includes(name) || name.startsWith('__'), name);
  });

  it('have panels with a number each, which do not lie upon each other', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const taken = new Set<string>();
    for (const { title, type, description, targets, gridPos } of dashboard.panels) {
      assert.ok(type === 'row' || (description !== undefined && targets !== undefined && targets.length > 0), title);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          assert.ok(x < 24 && !taken.has(`${x},${y}`), title);
          taken.add(`${x},${y}`);
        }
      }
    }
  });

  it('are described in docs/http.md, as is every family of our own', () => {
    const page = readFileSync('docs/http.md', 'utf8');
    for (const { name } of [...PROCESS_FAMILIES, ...ROW_FAMILIES, ...ACCOUNT_FAMILIES]) {
      const shown = name.replace(/^cmpp_lb_(frontend|listener|backend|server)_/, 'cmpp_lb_<kind>_');
      if (name.startsWith('cmpp_lb_')) assert.ok(page.includes(`\`${shown}\``) || page.includes(`\`${name}\``), name);
    }
    for (const file of [DASHBOARD, ALERTS]) assert.ok(page.includes(`../${file}`), file);
  });

  it('name each alert once', () => {
    const names = alerts.map(({ alert }) => alert);
    assert.ok(names.length >= 5 && new Set(names).size === names.length);
  });
});
