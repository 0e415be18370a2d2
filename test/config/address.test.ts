import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  absolutePath,
  addressAdvice,
  addressText,
  listenAddress,
  logTarget,
  logTargetAdvice,
  serverAddress,
  trustedSender,
} from '../../src/config/address.js';

const longestPath = `/${'x'.repeat(106)}`;

function tcp(host: string, port: number) {
  return { kind: 'tcp', host, port };
}

function network(address: readonly number[], prefixBits: number) {
  return { kind: 'network', network: { address: Uint8Array.from(address), prefixBits } };
}

describe('addresses to listen on', () => {
  it('are a literal address and a port, or a path', () => {
    assert.deepEqual(listenAddress('*:9999'), tcp('0.0.0.0', 9999));
    assert.deepEqual(listenAddress('127.0.0.1:9999'), tcp('127.0.0.1', 9999));
    assert.deepEqual(listenAddress('[::]:9999'), tcp('::', 9999));
    assert.deepEqual(listenAddress('[fd00::1]:65535'), tcp('fd00::1', 65_535));
    assert.deepEqual(listenAddress('127.0.0.1:0'), tcp('127.0.0.1', 0));
    assert.deepEqual(listenAddress('unix:/run/a b.sock'), { kind: 'unix', path: '/run/a b.sock' });
    assert.deepEqual(listenAddress(`unix:${longestPath}`), { kind: 'unix', path: longestPath });
  });

  it('are nothing else', () => {
    const wrong = ['9999', ':9999', ':::9999', '::1:9999', '[127.0.0.1]:9999', '*:65536', '*:', '*', 'localhost:9999'];
    const wrongPaths = ['unix:', 'unix:run/x.sock', `unix:${longestPath}x`, `unix:/${'é'.repeat(54)}`, '/run/x.sock'];
    const wrongHosts = ['256.0.0.1:1', '1.2.3:1', '[::g]:1', '*:9999 ', '*:99999', '[::1]', '127.0.0.1:9999:1', '*:-1'];
    for (const text of [...wrong, ...wrongPaths, ...wrongHosts, '']) assert.equal(listenAddress(text), undefined, text);
  });
});

describe('addresses of servers', () => {
  it('may be names too', () => {
    for (const text of [
      'smsc1.example.net:7890',
      'smsc_1:7890',
      '10.0.0.7:7890',
      '[fd00::7]:7890',
      'unix:/run/x',
      'a.:1',
    ]) {
      const address = serverAddress(text);
      assert.ok(address !== undefined, text);
      assert.equal(addressText(address), text);
    }
  });

  it('are nothing else', () => {
    const wrong = [
      '*:7890',
      '10.0.0.7',
      '10.0.0.7:0',
      '10.0.0.300:7890',
      '1.2.3:7890',
      '-a:1',
      'a-:1',
      'a..b:1',
      'a b:1',
    ];
    for (const text of [...wrong, `${'a'.repeat(64)}:1`, 'http://smsc:80', '']) {
      assert.equal(serverAddress(text), undefined, text);
    }
  });
});

it('advises what was probably meant', () => {
  const table: [string | number, string | undefined][] = [
    [9999, '"*:9999"'],
    [':9999', '"*:9999"'],
    [':::9999', '"[::]:9999"'],
    ['::1:9999', '"[::1]:9999"'],
    ['127.0.0.1', 'the port too: "127.0.0.1:7890"'],
    ['fd00::7', 'the port too: "[fd00::7]:7890"'],
    ['localhost:9999', '127.0.0.1:9999'],
    ['/run/x.sock', 'unix:/run/x.sock'],
    ['here', undefined],
  ];
  for (const [input, advice] of table) assert.equal(addressAdvice(input), advice, String(input));
});

it('the paths of files are absolute, and no folder’s', () => {
  assert.equal(absolutePath('/var/lib/cmpp-lb/state'), '/var/lib/cmpp-lb/state');
  for (const text of ['state', './state', '/var/lib/', '/', '', '/a\0b'])
    assert.equal(absolutePath(text), undefined, text);
});

describe('trusted senders', () => {
  it('are networks, addresses, or unix', () => {
    const loopback = [...Array.from({ length: 15 }, () => 0), 1];
    assert.deepEqual(trustedSender('10.0.0.0/8'), network([10, 0, 0, 0], 8));
    assert.deepEqual(trustedSender('192.0.2.1'), network([192, 0, 2, 1], 32));
    assert.deepEqual(trustedSender('::1'), network(loopback, 128));
    assert.deepEqual(trustedSender('::1/64'), network(loopback, 64));
    assert.deepEqual(trustedSender('unix'), { kind: 'unix' });
  });

  it('are nothing else', () => {
    for (const text of ['10.0.0.0/33', 'fd00::/129', '10.0.0.0/', '10.0.0.0/x', '10.0.0/8', 'example.net', '*', '']) {
      assert.equal(trustedSender(text), undefined, text);
    }
  });
});

describe('log targets', () => {
  it('have advice for what was probably meant', () => {
    const table: [string, string | undefined][] = [
      ['stdot', 'stdout'],
      ['file:/var/log/cmpp-lb.log', '/var/log/cmpp-lb.log'],
      ['file:///var/log/cmpp-lb.log', '/var/log/cmpp-lb.log'],
      ['file:', undefined],
      ['here', undefined],
    ];
    for (const [input, advice] of table) assert.equal(logTargetAdvice(input), advice, input);
  });

  it('are a stream, syslog, or a file', () => {
    assert.deepEqual(logTarget('stdout'), { kind: 'stdout' });
    assert.deepEqual(logTarget('stderr'), { kind: 'stderr' });
    assert.deepEqual(logTarget('syslog:127.0.0.1:514'), { kind: 'syslog', host: '127.0.0.1', port: 514 });
    assert.deepEqual(logTarget('syslog:[::1]:514'), { kind: 'syslog', host: '::1', port: 514 });
    assert.deepEqual(logTarget('/var/log/cmpp-lb.log'), { kind: 'file', path: '/var/log/cmpp-lb.log' });
    assert.deepEqual(logTarget('./cmpp-lb.log'), { kind: 'file', path: './cmpp-lb.log' });
  });

  it('are nothing else', () => {
    for (const text of [
      'stdot',
      'syslog',
      'syslog:127.0.0.1',
      'syslog:unix:/dev/log',
      'cmpp-lb.log',
      'file:/var/log/cmpp-lb.log',
      '/var/log/',
      '',
    ]) {
      assert.equal(logTarget(text), undefined, text);
    }
  });
});
