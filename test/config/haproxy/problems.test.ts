import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Mode } from '../../../src/config/vocabulary.js';
import { checked, cmppSample, httpSample, notesOf, problemsOf, warningsOf, withLines } from './samples.js';

it('reports every problem at once, each at its place and in the words of the file', () => {
  const text = `maxcon 5
global
  maxcon 5
  log 127.0.0.1 local9
  stats sockt /x
defaults
  mode tcp
  timeout conect 5s
  timeout client 5 s
  option tcplogg
frontend sp from nobody
  bind 127.0.0.1
  default_backend smcs
backend smsc
  balance leastcon
  server s1 10.0.0.1:7890 chekc
  server s1 10.0.0.2:7890
  server s2 10.0.0.2:7890 weight 300 inter 5x
backend smsc
  server s3 10.0.0.3
`;
  assert.deepEqual(problemsOf(text), [
    '1:1: "maxcon" stands before the first section; write global, defaults, frontend, backend or listen first',
    '3:3: global: unknown keyword "maxcon"; did you mean maxconn?',
    '4:17: global: log: expected a facility: kern, user, mail, daemon, auth, syslog, lpr, news, uucp, cron, auth2, ftp, ntp, audit, alert, cron2, local0, local1, local2, local3, local4, local5, local6, local7',
    '5:3: global: unknown stats "sockt"; did you mean socket?',
    '8:3: defaults: unknown timeout "conect"; did you mean connect?',
    '9:20: defaults: timeout client: unexpected "s"; remove it',
    '10:3: defaults: unknown option "tcplogg"; did you mean tcplog?',
    '11:18: frontend sp: no defaults section above is called "nobody"; write its defaults section above',
    '12:8: frontend sp: bind: expected a port such as 127.0.0.1:9999',
    '13:19: frontend sp: default_backend: no backend is called "smcs"; write smsc (here that is default_backend NAME)',
    '15:11: backend smsc: balance: expected one of roundrobin, static-rr, leastconn, first, source, random, got "leastcon"',
    '16:27: backend smsc: server s1: chekc: unknown keyword "chekc"; did you mean check?',
    '17:10: backend smsc: server s1: has the name of the server in line 16; write another',
    '18:34: backend smsc: server s2: weight: expected a whole number from 0 to 256, got 300',
    '18:44: backend smsc: server s2: inter: expected a duration such as 5s or 5000 (milliseconds), got "5x"',
    '19:9: backend smsc: has the name of the section in line 14; write another',
    '20:13: backend smsc: server s3: expected an address such as 10.0.0.7:7890, smsc1.example.net:7890 or unix:/run/smsc.sock, got "10.0.0.3"; write the port too: "10.0.0.3:7890"',
  ]);
});

describe('a line that is refused', () => {
  const table: [Parameters<typeof withLines>[0], string][] = [
    [{ backend: 'balance uri' }, 'HAProxy balances so in mode http; write balance source or roundrobin'],
    [{ backend: 'balance hash src' }, 'write balance source'],
    [{ backend: 'balance random(3)' }, 'random draws two servers and takes the better one; write random(2)'],
    [{ backend: 'hash-type map-based sdbm avalanche' }, 'cmpp-lb has map-based without avalanche only'],
    [{ backend: 'hash-type maglev' }, 'expected map-based or consistent, got "maglev"'],
    [{ backend: 'hash-balance-factor 50' }, 'expected 0, or a percentage above 100 such as 150, got 50'],
    [{ backend: 'option redispatch 2' }, 'on every retry (1), the last (-1) or none (0)'],
    [{ backend: 'stick on src' }, 'expected a table in the same section'],
    [{ backend: 'stick-table type ip' }, 'expected a size, such as size 200k'],
    [
      { backend: 'stick-table type ip size 1k nopurge' },
      'a full table forgets the entry that is without a session for longest',
    ],
    [{ backend: 'stick on dst' }, 'cmpp-lb remembers the source (src) or, in mode cmpp, the account'],
    [{ backend: 'stick-table type string len 6 size 1k\n stick on req.payload(12,6)' }, '--mode cmpp'],
    [{ backend: 'option tcp-check\n tcp-check expect ! string x' }, 'waits for what is to come'],
    [{ backend: 'option tcp-check\n tcp-check expect rstring (x', server: 'check' }, 'not a regular expression'],
    [{ backend: 'option tcp-check\n tcp-check send-binary 0g', server: 'check' }, 'expected bytes in hex'],
    [{ backend: 'option mysql-check user x' }, 'write option tcp-check'],
    [{ backend: 'timeout tunnel 1h' }, 'write the same time as timeout client and timeout server'],
    [{ backend: 'timeout server 0' }, 'nothing waits for ever'],
    [{ backend: 'timeout server 25d' }, 'at most 24d, got "25d"'],
    [{ backend: 'no retries' }, 'cannot be taken back with no'],
    [{ frontend: 'use_backend smsc if { src 10.0.0.1 }' }, 'cmpp-lb chooses no backend by a condition'],
    [{ frontend: 'tcp-request connection reject if { src 10.0.0.1 }' }, 'would let in whom HAProxy refuses'],
    [{ frontend: 'bind :19998 ssl crt x.pem' }, 'cmpp-lb ends no TLS'],
    [{ frontend: 'bind 127.0.0.1:19999' }, '127.0.0.1:19999 is taken by frontend sp'],
    [{ frontend: 'bind fd@3' }, 'cmpp-lb does not listen on fd@3'],
    [{ frontend: 'bind :20-10' }, 'from the lower to the higher one'],
    [{ server: 'ssl verify none' }, 'cmpp-lb opens no TLS'],
    [{ server: 'source 10.0.0.1' }, 'leaves the address that it connects from to the system'],
    [{ server: 'check observe layer7' }, 'layer7 is only for HTTP'],
    [{ server: 'check on-marked-down foo' }, 'expected shutdown-sessions, got "foo"'],
    [{ server: 'check track s2' }, 'has check and track; remove one of the two'],
    [{ backend: 'server __proto__ a:1' }, 'not a name; write another'],
    [{ global: 'daemon\nlisten l\n bind :5\n server s a:1\n default_backend smsc' }, 'the servers of this section'],
    [{ server: 'weight' }, 'expected a whole number behind it, got nothing'],
    [{ global: 'lua-load x.lua' }, 'cmpp-lb runs no Lua'],
    [{ global: 'daemon\nprogram x\n command y' }, 'cmpp-lb starts no other programs'],
    [{ global: 'daemon\n.if 1' }, 'cmpp-lb does not choose between lines'],
  ];
  for (const [lines, expected] of table) {
    it(JSON.stringify(lines), () => {
      const problems = problemsOf(withLines(lines));
      assert.ok(problems[0]?.includes(expected), problems.join('\n'));
    });
  }
});

describe('a stats socket that is refused', () => {
  const table: [string, string][] = [
    ['stats socket', '2:3: global: stats socket: expected a path such as /run/cmpp-lb.sock, or an address such as'],
    ['stats socket 127.0.0.1', '2:16: global: stats socket: expected a port such as 127.0.0.1:9999'],
    ['stats socket fd@3', '2:16: global: stats socket: cmpp-lb does not listen on fd@3; write ADDRESS:PORT or unix@'],
    ['stats socket :9998', '2:16: global: stats socket: the runtime API asks for no password, so other machines'],
    ['stats socket [::]:9998', 'must not reach it; write 127.0.0.1:9998'],
    ['stats socket 10.0.0.7:9998', 'must not reach it; write 127.0.0.1:9998'],
    ['stats socket 127.0.0.1:19999', '2:16: global: stats socket: 127.0.0.1:19999 is taken by frontend sp'],
    ['stats socket /a,/a', '2:16: global: stats socket: unix:/a is taken by admin.socket[0].path; write another one'],
    ['stats socket 127.0.0.1:1000-2000', '2:16: global: stats socket: expected a port, or at most 1000 from the'],
    ['stats socket /a\n stats socket /a', '3:15: global: stats socket: unix:/a is taken by admin.socket[0].path'],
    ['stats socket /a user a:b', '2:24: global: stats socket: user: expected the name of a user, or its number'],
    [
      'stats socket /a level boss',
      '2:25: global: stats socket: level: expected one of user, operator, admin, got "boss"',
    ],
    ['stats socket /a level', '2:19: global: stats socket: level: expected one of user, operator, admin behind it'],
    ['stats socket /a mode 9', '2:24: global: stats socket: mode: expected an octal permission such as 600, got "9"'],
    ['stats socket /a levle admin', '2:19: global: stats socket: levle: unknown keyword "levle"; did you mean level?'],
    ['stats socket /a maxconn 5', '2:19: global: stats socket: maxconn: a single socket has no limit of its own'],
    ['stats socket /a ssl', '2:19: global: stats socket: ssl: cmpp-lb speaks no TLS'],
    ['stats socket /a\n stats timeout 0', '3:16: global: stats timeout: '],
    ['stats socket /a\n stats timeout 5x', '3:16: global: stats timeout: expected a duration such as 5s'],
    ['stats socket /a\n stats maxconn 0', '3:16: global: stats maxconn: expected a whole number from 1 to 1000, got 0'],
    ['stats sockt /a', '2:3: global: unknown stats "sockt"; did you mean socket?'],
  ];
  for (const [line, expected] of table) {
    it(JSON.stringify(line), () => {
      const [problem = '', ...more] = problemsOf(withLines({ global: line }));
      assert.ok(problem.includes(expected), problem);
      assert.deepEqual(more, []);
    });
  }
});

describe('settings of servers that are one for the whole backend', () => {
  for (const [parameter, other] of [
    ['on-marked-down shutdown-sessions', ''],
    ['observe layer4', ''],
    ['on-marked-up shutdown-backup-sessions', ''],
  ] as const) {
    it(`are refused where servers differ: ${parameter}`, () => {
      const text = withLines({ server: `check ${parameter}`, backend: `server s2 127.0.0.1:9316 check ${other}` });
      const [problem = '', ...more] = problemsOf(text);
      assert.match(problem, /server s1: .*: server s2 says it otherwise/);
      assert.deepEqual(more, []);
    });
  }
});

describe('mode http', () => {
  it('is refused where it relays, once for each section', () => {
    const problems = problemsOf(httpSample);
    assert.equal(problems.length, 2, problems.join('\n'));
    assert.match(
      problems[0] ?? '',
      /^24:10: frontend http_front: mode http \(line 13\): .*leave this section to HAProxy/,
    );
    assert.match(problems[1] ?? '', /^31:9: backend http_back: mode http/);
  });
});

function aboutMode(mode?: Mode): string[] {
  return warningsOf(cmppSample, mode).filter((line) => line.includes('what passes is bytes'));
}

describe('a warning', () => {
  it('says that bytes of CMPP are only bytes, unless a mode is said', () => {
    assert.match(aboutMode()[0] ?? '', /^10:5: defaults: mode: what passes is bytes/);
    assert.deepEqual([aboutMode('cmpp'), aboutMode('tcp')], [[], []]);
  });
  it('is there for every timeout that HAProxy would do without', () => {
    const text = 'frontend f\n bind :1\n default_backend b\nbackend b\n server s 10.0.0.1:1\n';
    assert.deepEqual(
      warningsOf(text, 'tcp').map((line) => line.replace(/;.*/, '')),
      [
        '1:10: frontend f: timeout client is missing, so that HAProxy waits for ever',
        '4:9: backend b: timeout connect is missing, so that HAProxy waits for ever',
        '4:9: backend b: timeout server is missing, so that HAProxy waits for ever',
      ],
    );
  });
  const table: [Parameters<typeof withLines>[0], string][] = [
    [{ frontend: 'balance source' }, 'has no effect in a frontend, in HAProxy neither; write it in a backend'],
    [{ backend: 'bind :1' }, 'has no effect in a backend, in HAProxy neither; write it in a frontend'],
    [{ backend: 'tcp-check send a', server: 'check' }, 'has no effect without option tcp-check, in HAProxy neither'],
    [{ backend: 'balance source' }, 'only cmpp-lb.yaml can say so; cmpp-lb convert writes one'],
  ];
  for (const [lines, expected] of table) {
    it(`is given for ${JSON.stringify(lines)}`, () => {
      assert.ok(warningsOf(withLines(lines), 'tcp').some((line) => line.includes(expected)));
    });
  }
});

describe('a note', () => {
  const table: [Parameters<typeof withLines>[0], string][] = [
    [{ global: 'nbthread 4' }, '2:3: global: nbthread: one process with one thread does the work'],
    [{ global: 'tune.ssl.cachesize 5' }, '2:3: global: tune.ssl.cachesize: the size of buffers'],
    [
      { global: 'stats socket /x expose-fd listeners level user' },
      '2:19: global: stats socket: expose-fd: listeners are',
    ],
    [{ global: 'stats socket /x backlog 5' }, '2:19: global: stats socket: backlog: the system’s own applies'],
    [{ global: 'stats socket /x process 1 thread 2' }, '2:29: global: stats socket: thread: one process answers'],
    [{ global: 'stats socket /x severity-output number' }, 'severity-output: answers are without a severity'],
    [
      { global: 'stats socket 127.0.0.1:19998 mode 600' },
      '2:37: global: stats socket: mode: a port has no owner and no permissions',
    ],
    [{ global: 'stats timeout 5s' }, '2:17: global: stats timeout: has no effect without a stats socket'],
    [{ global: 'stats maxconn 5' }, '2:17: global: stats maxconn: has no effect without a stats socket'],
    [{ global: 'log /dev/log local0' }, 'its lines go to stdout, which systemd’s journal reads'],
    [{ global: 'daemon\npeers p\n peer a 10.0.0.1:1' }, '3:7: peers p: one process holds the whole stick table'],
    [{ frontend: 'option forwardfor' }, 'only for HTTP'],
    [{ frontend: 'bind :18888 name x' }, 'listeners are known by their addresses'],
    [{ server: 'cookie x' }, 'backend smsc: server s1: cookie: only for HTTP'],
    [{ backend: 'stick-table type ip size 1k' }, 'nothing is remembered without a line stick on src'],
    [
      { frontend: 'stats enable' },
      'frontend sp: stats enable: the page stands in a section of mode http that relays nothing, in HAProxy too',
    ],
    [
      { global: 'daemon\nlisten st\n mode http\n bind :8081\n stats enable' },
      '3:8: listen st: becomes the page of cmpp-lb (admin.http) on 127.0.0.1:8081; timeouts, limits and logs that',
    ],
    [{ global: 'daemon\nlisten st\n disabled\n bind :8081' }, '3:8: listen st: disabled, and so left out'],
  ];
  for (const [lines, expected] of table) {
    it(`is given for ${JSON.stringify(lines)}`, () => {
      const text = withLines(lines);
      assert.deepEqual(problemsOf(text), []);
      assert.ok(
        notesOf(text).some((line) => line.includes(expected)),
        notesOf(text).join('\n'),
      );
    });
  }
});

it('never throws, whatever lines stand in the file', () => {
  const lines = withLines({}).concat(cmppSample, httpSample).split('\n');
  const cut = fc.tuple(fc.constantFrom(...lines), fc.nat(60)).map(([line, length]) => line.slice(0, length));
  fc.assert(fc.property(fc.array(fc.oneof(cut, fc.constantFrom(...lines))), (some) => void checked(some.join('\n'))));
});
