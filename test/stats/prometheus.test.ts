import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prometheusText } from '../../src/stats/prometheus.js';
import type { Snapshot } from '../../src/stats/snapshot.js';
import { accountOf, backendOf, frontendOf, serverOf, snapshotOf } from './haproxy-figures.js';

interface Parsed {
  readonly samples: ReadonlyMap<string, number>;
  readonly types: ReadonlyMap<string, string>;
}

/** Reads the text format back as its specification says, and finds what it forbids. */
function parsed(text: string): Parsed {
  const samples = new Map<string, number>();
  const types = new Map<string, string>();
  let current = '';
  assert.ok(text.endsWith('\n'));
  for (const line of text.trimEnd().split('\n')) {
    const [, about, name = '', rest = ''] = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line) ?? [];
    if (about === 'HELP') {
      assert.ok(!types.has(name), `${name} comes twice`);
      current = name;
    } else if (about === 'TYPE') {
      assert.equal(name, current);
      types.set(name, rest);
    } else {
      const label = String.raw`[a-z_]+="(?:[^"\\\n]|\\["\\n])*"`;
      const [, of = '', labels = '', value = ''] =
        new RegExp(String.raw`^([a-z_]+)(\{${label}(?:,${label})*\})? (-?[0-9.e+-]+)$`).exec(line) ?? [];
      const isPart = types.get(current) === 'histogram' && /^_(bucket|sum|count)$/.test(of.slice(current.length));
      assert.ok(of === current || (isPart && of.startsWith(current)), `${line} stands under ${current}`);
      assert.ok(!samples.has(of + labels), `${of}${labels} comes twice`);
      samples.set(of + labels, Number(value));
    }
  }
  return { samples, types };
}

const metrics = (known: Partial<Snapshot> = {}) => parsed(prometheusText(snapshotOf(known)));

describe('the metrics for Prometheus', () => {
  it('are in the text format, each family once and each sample once', () => {
    const { samples, types } = metrics();
    assert.ok(samples.size > 100);
    for (const [name, type] of types) {
      const isHistogram = name === 'cmpp_lb_server_submit_latency_seconds';
      assert.equal(type, isHistogram ? 'histogram' : name.endsWith('_total') ? 'counter' : 'gauge', name);
    }
  });

  it("have HAProxy's names and labels for what means the same", () => {
    const server = serverOf({ sessionsNow: 7, bytesIn: 5, weight: 4, queueAverageMs: 250, timesDown: 2 });
    const { samples } = metrics({
      frontends: [frontendOf({ sessionsTotal: 9, connectionsDenied: 3 })],
      backends: [backendOf({ servers: [server], connectFailures: 6, activeNow: 2 })],
    });
    const be = 'proxy="persistent_connection_backend"';
    for (const [sample, value] of [
      ['haproxy_process_max_connections', 9000],
      ['haproxy_process_uptime_seconds', 3.5],
      ['haproxy_process_build_info{version="1.2.3"}', 1],
      ['haproxy_frontend_sessions_total{proxy="persistent_connection_frontend"}', 9],
      ['haproxy_frontend_denied_connections_total{proxy="persistent_connection_frontend"}', 3],
      ['haproxy_listener_current_sessions{proxy="persistent_connection_frontend",listener="l1"}', 1],
      [`haproxy_backend_connection_errors_total{${be}}`, 6],
      [`haproxy_backend_active_servers{${be}}`, 2],
      [`haproxy_backend_status{${be},state="UP"}`, 1],
      [`haproxy_backend_status{${be},state="DOWN"}`, 0],
      [`haproxy_server_current_sessions{${be},server="server1"}`, 7],
      [`haproxy_server_bytes_in_total{${be},server="server1"}`, 5],
      [`haproxy_server_queue_time_average_seconds{${be},server="server1"}`, 0.25],
      [`haproxy_server_check_up_down_total{${be},server="server1"}`, 2],
      [`haproxy_server_check_status{${be},server="server1",state="L4OK"}`, 1],
      [`haproxy_server_check_status{${be},server="server1",state="L7TOUT"}`, 0],
    ] as const) {
      assert.equal(samples.get(sample), value, sample);
    }
  });

  for (const [status, state] of [
    ['UP', 'UP'],
    ['UP 1/3', 'UP'],
    ['no check', 'UP'],
    ['DOWN', 'DOWN'],
    ['DOWN 1/2', 'DOWN'],
    ['DRAIN', 'DRAIN'],
    ['MAINT', 'MAINT'],
    ['MAINT (via smsc/s1)', 'MAINT'],
  ] as const) {
    it(`say of a server with the status ${status} that it is ${state}`, () => {
      const { samples } = metrics({ backends: [backendOf({ servers: [serverOf({ status })] })] });
      const states = [...samples].filter(([name, value]) => name.startsWith('haproxy_server_status{') && value === 1);
      assert.deepEqual(
        states.map(([name]) => /state="(.*)"/.exec(name)?.[1]),
        [state],
      );
    });
  }

  it('count PDUs by command and sender, and sessions by the reason of their end', () => {
    const pdus = { pdusIn: { SUBMIT: 3, CONNECT: 1 }, pdusOut: { SUBMIT_RESP: 2 } };
    const ends = { closed: { 'client-terminate': 4 }, refused: { 'login-timeout': 5 }, unansweredNow: 1 };
    const { samples } = metrics({ frontends: [frontendOf({ ...pdus, ...ends })] });
    const fe = 'proxy="persistent_connection_frontend"';
    for (const [sample, value] of [
      [`cmpp_lb_frontend_pdus_total{${fe},from="client",command="SUBMIT"}`, 3],
      [`cmpp_lb_frontend_pdus_total{${fe},from="server",command="SUBMIT_RESP"}`, 2],
      [`cmpp_lb_frontend_sessions_closed_total{${fe},reason="client-terminate"}`, 4],
      [`cmpp_lb_frontend_sessions_refused_total{${fe},reason="login-timeout"}`, 5],
      [`cmpp_lb_frontend_unanswered_requests{${fe}}`, 1],
    ] as const) {
      assert.equal(samples.get(sample), value, sample);
    }
  });

  it('tell how soon a server answers as a histogram, and with which Results', () => {
    const below = [
      { ms: 1, count: 2 },
      { ms: 2, count: 5 },
    ];
    const submitLatency = { count: 6, sumMs: 1500, p50Ms: 2, p95Ms: 2, p99Ms: 2, below };
    const servers = [serverOf({ submitLatency, submitResults: { 8: 3 }, logins: { 0: 4, 3: 1 } })];
    const { samples } = metrics({ backends: [backendOf({ servers, submitsNotAccepted: 3 })] });
    const be = 'proxy="persistent_connection_backend"';
    const server = `${be},server="server1"`;
    for (const [sample, value] of [
      [`cmpp_lb_server_submit_latency_seconds_bucket{${server},le="0.001"}`, 2],
      [`cmpp_lb_server_submit_latency_seconds_bucket{${server},le="0.002"}`, 5],
      [`cmpp_lb_server_submit_latency_seconds_bucket{${server},le="+Inf"}`, 6],
      [`cmpp_lb_server_submit_latency_seconds_sum{${server}}`, 1.5],
      [`cmpp_lb_server_submit_latency_seconds_count{${server}}`, 6],
      [`cmpp_lb_server_submit_results_total{${server},result="8"}`, 3],
      [`cmpp_lb_server_logins_total{${server},status="3"}`, 1],
      [`cmpp_lb_backend_submits_not_accepted_total{${be}}`, 3],
    ] as const) {
      assert.equal(samples.get(sample), value, sample);
    }
  });

  it('tell the leading accounts one by one, and the others as one', () => {
    const limited = { rejected: 3, delayed: 4, delayedMs: 2500 };
    const { name: _name, ...sums } = accountOf({ sessionsNow: 9, refused: { maxconn: 2 }, limited });
    const first = accountOf({ sessionsNow: 3, submits: 8, lastLoginWallMs: 5500, refused: { 'no-server': 1 } });
    const accounts = { leading: [first, accountOf({ name: '\\x00"' })], others: { ...sums, accounts: 40 } };
    const { samples } = metrics({ accounts });
    for (const [sample, value] of [
      ['cmpp_lb_account_sessions{account="900001"}', 3],
      [String.raw`cmpp_lb_account_sessions{account="\\x00\""}`, 0],
      ['cmpp_lb_account_sessions{account="<other>"}', 9],
      ['cmpp_lb_account_submits_total{account="900001"}', 8],
      ['cmpp_lb_account_sessions_refused_total{account="900001",reason="no-server"}', 1],
      ['cmpp_lb_account_sessions_refused_total{account="<other>",reason="maxconn"}', 2],
      ['cmpp_lb_account_submits_limited_total{account="900001",outcome="rejected"}', 0],
      ['cmpp_lb_account_submits_limited_total{account="<other>",outcome="rejected"}', 3],
      ['cmpp_lb_account_submits_limited_total{account="<other>",outcome="delayed"}', 4],
      ['cmpp_lb_account_submits_delayed_seconds_total{account="<other>"}', 2.5],
      ['cmpp_lb_account_last_login_timestamp_seconds{account="900001"}', 5.5],
      ['cmpp_lb_accounts', 42],
    ] as const) {
      assert.equal(samples.get(sample), value, sample);
    }
    assert.ok(![...metrics().samples.keys()].some((sample) => sample.includes('<other>')));
  });

  it('tell of sessions that move, and have moved', () => {
    const moves = { left: 5, arrived: 6, failed: 7, inDoubt: 8 };
    const servers = [serverOf({ moves, movingNow: 4, heldNow: 3 })];
    const { samples } = metrics({ backends: [backendOf({ servers, movingNow: 9 })] });
    const be = 'proxy="persistent_connection_backend"';
    for (const [sample, value] of [
      [`cmpp_lb_server_sessions_moving{${be},server="server1"}`, 4],
      [`cmpp_lb_server_sessions_held{${be},server="server1"}`, 3],
      [`cmpp_lb_backend_sessions_moving{${be}}`, 9],
      [`cmpp_lb_server_session_moves_total{${be},server="server1",outcome="failed"}`, 7],
      [`cmpp_lb_server_submits_in_doubt_total{${be},server="server1"}`, 8],
    ] as const) {
      assert.equal(samples.get(sample), value, sample);
    }
  });

  it('leave out what there is not: a limit, a check', () => {
    const { samples } = metrics({ backends: [backendOf({ servers: [serverOf({ check: null })] })] });
    const names = [...samples.keys()].filter((name) => name.includes('server="server1"'));
    for (const absent of ['limit_sessions', 'check_status', 'check_failures', 'downtime', 'cmpp_lb_server_checks']) {
      assert.ok(!names.some((name) => name.includes(absent)), absent);
    }
  });

  it('escape what a label may not hold', () => {
    const { process } = snapshotOf();
    const text = prometheusText(snapshotOf({ process: { ...process, version: 'a"b\\c\nd' } }));
    assert.ok(text.includes(String.raw`{version="a\"b\\c\nd"} 1`));
    parsed(text);
  });
});
