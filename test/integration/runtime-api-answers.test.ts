/** The exact answer of every command of the runtime API, in one running balancer whose clock stands still. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { findCommand } from '../../src/admin/command.js';
import { commands } from '../../src/admin/command-table.js';
import { splitCommands } from '../../src/admin/command-line.js';
import { INFO_NAMES, HEADER, STATE_FIELDS } from '../stats/haproxy-figures.js';
import { OWN_HEADER, OWN_OF_ENTRANCE, OWN_OF_PLACE } from '../stats/own-columns.js';
import { FakeClock } from '../support/fake-clock.js';
import { SteeredScene } from '../support/steered-scene.js';

/** What differs from run to run, and stands for it below. */
const SESSION_LINE = '0x1: proto=tcpv4 src=SP fe=sp be=smsc srv=s1 age=0s rc=0 id=1 state=relaying account=900001\n\n';
const INFO: Readonly<Record<string, string>> = {
  Name: 'cmpp-lb',
  Release_date: '-',
  Nbthread: '1',
  Nbproc: '1',
  Process_num: '1',
  Uptime: '0d 0h00m00s',
  Maxconn: '100',
  Hard_maxconn: '100',
  CurrConns: '1',
  CumConns: '1',
  CumReq: '1',
  ConnRate: '1',
  MaxConnRate: '1',
  SessRate: '1',
  MaxSessRate: '1',
  Tasks: '1',
  Jobs: '2',
  Listeners: '1',
  TotalBytesOut: '57',
};
/** Of this process and this machine. */
const OWN_INFO = ['Version', 'Pid', 'PoolAlloc_MB', 'PoolUsed_MB', 'Ulimit-n', 'Maxsock', 'Idle_pct', 'node']
  .concat('Build info', 'PoolAlloc_bytes', 'PoolUsed_bytes', 'Start_time_sec')
  .join('|');
const INFO_TEXT = INFO_NAMES.map((name) => {
  return `${name}: ${new RegExp(`^(${OWN_INFO})$`).test(name) ? 'OWN' : (INFO[name] ?? '0')}\n`;
}).join('');

/** In this order: each line finds what those before it have left. An answer is all that comes, to the byte. */
const ANSWERS: readonly (readonly [string, string])[] = [
  [
    'show stat',
    `${HEADER}${OWN_HEADER}
sp,FRONTEND,,,1,1,100,1,243,57,0,0,0,,,,,OPEN,,,,,,,,,1,2,0,,,,0,1,0,1,,,,,,,,,,,0,0,0,,,0,0,0,0,,,,,,,,,,,,,,,,,,,,,tcp,,1,1,1,,0,0,0,,,,,,,,,,,0,,,,,,,,,${OWN_OF_ENTRANCE}
smsc,s1,0,0,1,1,,1,243,57,,0,,0,0,0,0,no check,1,1,0,,,0,,,1,3,1,,1,,2,1,,1,,,,,,,,,,,,,,0,0,,,,,0,,,0,0,0,0,,,,,,,,,,,,127.0.0.1:PORT1,,tcp,,,,,,,,0,1,0,,,0,,0,0,0,0,0,0,0,0,1,1,,,,${OWN_OF_PLACE}
smsc,s2,0,0,0,0,,0,0,0,,0,,0,0,0,0,no check,1,1,0,,,0,,,1,3,2,,0,,2,0,,0,,,,,,,,,,,,,,0,0,,,,,-1,,,0,0,0,0,,,,,,,,,,,,127.0.0.1:PORT2,,tcp,,,,,,,,0,0,0,,,0,,0,0,0,0,0,0,0,0,0,1,,,,${OWN_OF_PLACE}
smsc,BACKEND,0,0,1,1,100,1,243,57,0,0,,0,0,0,0,UP,2,2,0,,0,0,0,,1,3,0,,1,,1,1,,1,,,,,,,,,,,,,,0,0,0,0,0,0,0,,,0,0,0,0,,,,,,,,,,,,,,tcp,roundrobin,,,,,,,0,1,0,,,,,0,0,0,0,0,,,,,2,0,0,0,${OWN_OF_PLACE}

`,
  ],
  ['show info', `${INFO_TEXT}\n`],
  ['show version', 'VERSION\n\n'],
  ['reload', 'this balancer was not started from a file\n\n'],
  ['add server smsc/s3', "'server' expects <name> and <addr>[:<port>] as arguments.\n\n"],
  ['del server smsc/s9', 'No such server.\n\n'],
  ['show moves', '# of cause state rate begun moved failed age_ms\n\n'],
  ['drain server smsc/s9', 'No such server.\n\n'],
  ['drain server smsc/s2 rate 0', 'usage: drain server <backend>/<server> [rate 1-100000]\n\n'],
  ['rebalance backend smsc', '0 sessions move, 100 a second\n\n'],
  ['rebalance backend smsc stop', 'Nothing moves here.\n\n'],
  ['show snapshot', 'SNAPSHOT\n\n'],
  [
    'show servers state',
    `1
${STATE_FIELDS}
3 smsc 1 s1 127.0.0.1 2 0 1 1 0 1 0 2 0 0 0 0 - PORT1 - 0 0 - - 0
3 smsc 2 s2 127.0.0.1 2 0 1 1 0 1 0 2 0 0 0 0 - PORT2 - 0 0 - - 0

`,
  ],
  [
    'show servers conn',
    `# bkname/svname bkid/svid addr port - purge_delay used_cur used_max need_est unsafe_nb safe_nb idle_lim idle_cur idle_per_thr[1]
smsc/s1 3/1 127.0.0.1 PORT1 - 0 1 1 0 0 0 -1 0 0
smsc/s2 3/2 127.0.0.1 PORT2 - 0 0 0 0 0 0 -1 0 0

`,
  ],
  ['show backend', '# name\nsmsc\n\n'],
  ['show errors', 'Total events captured on [DATE] : 0\n\n'],
  ['show sess', SESSION_LINE],
  [
    'show session 1',
    `Session: 1 (0x1)
State: relaying
Source: SP
Frontend: sp at 127.0.0.1:PORT0
Accepted: DATE, 0s ago
Account: 900001
Connect: version 0x30, timestamp 0000000000, digest of 16 bytes, Sequence_Id 1
Version: 3.0
Backend: smsc
Server: s1, by balance
Retries: 0
Idle: client 0s, server 0s
Client sent: 243 bytes, CONNECT 1 SUBMIT 1
Client sent last: SUBMIT 2 (0 ms)
Client waits for answers: none
Server sent: 57 bytes, CONNECT_RESP 1 SUBMIT_RESP 1
Server sent last: CONNECT_RESP 1 (0 ms), SUBMIT_RESP 2 (0 ms)
Server waits for answers: none

`,
  ],
  [
    'show accounts',
    `# account sessions servers   most logins submits not_accepted delivers unanswered lost rejected delayed bytes_in bytes_out last_login               refused
900001    1        smsc/s1:1 1    1      1       0            0        0          0    0        0       243      57        DATE -

`,
  ],
  [
    'show accounts 900001',
    `account: 900001
sessions: 1
servers: smsc/s1:1
most: 1
logins: 1
submits: 1
not_accepted: 0
delivers: 0
unanswered: 0
lost: 0
rejected: 0
delayed: 0
bytes_in: 243
bytes_out: 57
last_login: DATE
refused: -

`,
  ],
  [
    'show table smsc',
    `# table: smsc, type: string, size:204800, used:1
0x393030303031: key=900001 use=1 exp=0 server_id=1 server_key=s1

`,
  ],
  ['clear table smsc key 900001;show table', '\n# table: smsc, type: string, size:204800, used:0\n\n'],
  ['set server smsc/s1 state drain', '\n'],
  ['set server smsc/s1 state ready', '\n'],
  ['set weight smsc/s1 50', '\n'],
  ['get weight smsc/s1', '50 (initial 1)\n\n'],
  ['disable server smsc/s2', '\n'],
  ['enable server smsc/s2', '\n'],
  ['disable health smsc/s1', '\n'],
  ['enable health smsc/s1', 'Health check was not configured on this server, cannot enable.\n\n'],
  ['set maxconn server smsc/s1 5', '\n'],
  ['set maxconn frontend sp 50', '\n'],
  ['set maxconn global 60', '\n'],
  ['disable frontend sp', '\n'],
  ['enable frontend sp', '\n'],
  ['shutdown session 0x2', "No such session (use 'show sess').\n\n"],
  ['shutdown sessions server smsc/s2', '\n'],
  ['show sess', SESSION_LINE],
  ['shutdown session 0x1', '\n'],
  [
    'show reasons',
    `# reason count meaning
killed       1 The operator ended it: \`shutdown session\` or \`shutdown sessions server\`. Both sides got TERMINATE.

`,
  ],
  ['clear counters all', '\n'],
  [
    'verdict;show cli level;shutdown session',
    "# done\n\nadmin\n# done\n\nSession pointer expected (use 'show sess').\n# refused\n\n",
  ],
  ['operator;show cli level', '\noperator\n\n'],
  ['user;show cli level', '\nuser\n\n'],
  ['prompt\nset timeout cli 60\nquit', '\n> \n> '],
  ['quit;show cli level', ''],
  [
    'help set maxconn',
    `The following commands are valid at this level:
  set maxconn frontend <frontend> <value> : change a frontend's maxconn setting
  set maxconn global <value>              : change the per-process maxconn setting
  set maxconn server <bk>/<srv>           : change a server's maxconn setting
  help [<command>]                        : list matching or all commands
  prompt                                  : toggle interactive mode with prompt
  quit                                    : disconnect

`,
  ],
];

it('answers every command to the byte', { timeout: 30_000 }, async (t) => {
  const scene = new SteeredScene(t, { clock: new FakeClock() });
  const gateways = [await scene.gateway({}), await scene.gateway({})];
  await scene.start({ servers: gateways, global: 'maxconn: 100', backend: 'stick: { on: account }' });
  const { sp } = await scene.logIn('900001');
  await sp.submit();
  const places = [scene.balancer.addressesOf('sp')[0] ?? '', ...gateways.map(({ address }) => address)];
  const ports = places.map((address) => /\d+$/.exec(address)?.[0] ?? '');
  const plain = (answer: string, line: string): string => {
    // Too long to be read here; what it says must be what the statistics are.
    if (line === 'show snapshot') {
      const { process, ...places } = scene.statistics.snapshot();
      const shown: unknown = JSON.parse(answer);
      assert.ok(typeof shown === 'object' && shown !== null && 'process' in shown);
      assert.deepEqual({ ...shown, process: undefined }, { ...jsonOf(places), process: undefined });
      assert.match(answer, new RegExp(`^\\{"process":\\{.*"pid":${process.pid},.*\\}\n\n$`));
      return 'SNAPSHOT\n\n';
    }
    const withoutOwn =
      line === 'show info' ? answer.replaceAll(new RegExp(`^(${OWN_INFO}): .*$`, 'gm'), '$1: OWN') : answer;
    return ports
      .reduce(
        (text, port, at) => text.replaceAll(new RegExp(`(?<=[: ])${port}\\b`, 'g'), `PORT${at}`),
        withoutOwn.replaceAll(sp.name, 'SP'),
      )
      .replaceAll(/\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d\.\d{3}/g, 'DATE')
      .replace(/^\d+\.\d+\.\d+\S*$/m, 'VERSION');
  };
  for (const [line, expected] of ANSWERS) {
    const answer = plain(await scene.raw(`${line}\n`), line);
    assert.equal(answer, expected, line);
    if (line === 'shutdown session 0x1') {
      sp.peer.finish();
      await scene.endOf(sp);
    }
  }
});

function jsonOf(value: object): object {
  const copy: unknown = JSON.parse(JSON.stringify(value));
  return typeof copy === 'object' && copy !== null ? copy : {};
}

it('leaves no command out', () => {
  const tried = ANSWERS.flatMap(([lines]) => lines.split('\n').flatMap(splitCommands));
  const found = new Set(tried.map((words) => findCommand<never>(commands, words)?.command.words));
  assert.deepEqual(
    commands.filter(({ words }) => !found.has(words)),
    [],
  );
});
