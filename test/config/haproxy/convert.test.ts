import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { checkConfig } from '../../../src/config/check-config.js';
import { convert } from '../../../src/config/haproxy/convert.js';
import { problemText } from '../../../src/config/problem.js';
import type { Mode } from '../../../src/config/vocabulary.js';
import { cmppSample, configOf, fullSample, mqttSample, mysqlSample, withLines } from './samples.js';

const limits = { descriptorLimit: 200_000 };

/** Where the YAML says that the samples' password is. */
const secrets = { variable: (name: string) => ({ CMPP_LB_PASSWORD: '123456' })[name], fileText: () => undefined };

function yamlOf(text: string, mode?: Mode): string {
  return convert('h.cfg', text, mode, () => undefined);
}

describe('the YAML says the same', () => {
  const awkward = withLines({
    global: 'log "127.0.0.1" local0',
    backend: 'option tcp-check\n tcp-check send "# a: \'b\'\\r\\n\\"" \n tcp-check expect string 0600',
    server: 'check port 1',
  });
  for (const [name, text] of Object.entries({ cmppSample, mqttSample, mysqlSample, fullSample, awkward })) {
    for (const mode of ['tcp', 'cmpp'] as const) {
      it(`as ${name} in mode ${mode}`, () => {
        const result = checkConfig('lb.yaml', yamlOf(text, mode), limits, secrets);
        assert.equal(result.kind, 'valid', result.kind === 'valid' ? '' : result.problems.map(problemText).join('\n'));
        assert.deepEqual(result.config, configOf(text, mode));
      });
    }
  }
});

function maybe(...texts: readonly string[]) {
  return fc.constantFrom('', ...texts);
}

it('the YAML has the same sockets, whatever is said of them', () => {
  const parameters = fc
    .tuple(maybe(' mode 660', ' mode 0600'), maybe(' user root', ' expose-fd listeners'), maybe(' gid 4'))
    .map((some) => some.join(''));
  const place = fc
    .nat(2)
    .chain((kind) =>
      fc.integer({ min: 1, max: 65_535 }).map((number) => ['/run/', '127.0.0.1:', '::1:'][kind] + String(number)),
    );
  const socket = fc.tuple(place, parameters, maybe(' level user', ' level admin'));
  const lines = fc
    .tuple(fc.uniqueArray(socket, { selector: ([address]) => address, maxLength: 4 }), fc.boolean())
    .map(([sockets, isBefore]) => {
      const said = sockets.map(([address, rest, level]) => `stats socket ${address}${rest}${level}`);
      return isBefore ? ['stats timeout 7s', ...said] : [...said, 'stats maxconn 7'];
    });
  fc.assert(
    fc.property(lines, (some) => {
      const text = withLines({ global: some.join('\n  ') });
      const result = checkConfig('lb.yaml', yamlOf(text, 'cmpp'), limits);
      assert.deepEqual(result.kind === 'valid' && result.config, configOf(text, 'cmpp'));
    }),
  );
});

it('what is passed over stands at its section, and what is not obvious is told', () => {
  const text = cmppSample
    .replace('daemon', 'daemon\n    nbthread 4')
    .replace('bind *:9999', 'bind *:9999 name x')
    .replace('/var/run/haproxy.sock mode 600 level admin', '/s user haproxy mode 600');
  assert.equal(
    yamlOf(text, 'cmpp'),
    `# What h.cfg says

# line 5: global: daemon: it stays in the foreground, for systemd to run
# line 6: global: nbthread: one process with one thread does the work
global:
  maxconn: 50000
  log: { to: syslog:127.0.0.1:514, facility: local2 }

admin:
  socket:
    path: /s
    mode: "0600"
    user: haproxy
    level: operator # HAProxy’s without level; admin may change everything
    timeout: 2m

defaults:
  mode: cmpp
  dontlognull: true
  timeout:
    connect: 5s
    client: 1h
    server: 1h
    check: 5s
    client-fin: 1h # HAProxy’s: as client; 30s would end half-closed sessions sooner
    server-fin: 1h # HAProxy’s: as server; 30s would end half-closed sessions sooner
  maxconn: 50000
  redispatch: never # HAProxy’s without option redispatch

frontends:
  # line 21: frontend persistent_connection_frontend: bind: name: listeners are known by their addresses
  persistent_connection_frontend: { listen: "*:9999", default-backend: persistent_connection_backend }

backends:
  persistent_connection_backend:
    balance: source
    hash-type: map-based # HAProxy’s; maglev spreads evenly
    check: { inter: 5s, fall: 3, rise: 2 }
    servers:
      server1: { address: 127.0.0.1:9315, weight: 1 }
      server2: { address: 127.0.0.1:9316, weight: 1 }
      server3: { address: 127.0.0.1:9317, weight: 1 }
`,
  );
});

it('a section that is left out is told at the top', () => {
  assert.match(
    yamlOf(mqttSample, 'tcp'),
    /^# What h\.cfg says\n# line 20: listen haproxy_stats: becomes the page of cmpp-lb/,
  );
});

it('the password of the page stays out of the YAML', () => {
  const yaml = yamlOf(mysqlSample.replace('admin:123456', 'watch:mellon-9'), 'tcp');
  assert.doesNotMatch(yaml, /mellon/);
  assert.match(
    yaml,
    /^ {2}http:\n {4}listen: "\*:8081"\n {4}user: watch\n {4}password: \{ env: CMPP_LB_PASSWORD \} # .*\n {4}level: user # .*\n {4}refresh: 5s$/m,
  );
});
