import assert from 'node:assert/strict';
import { it } from 'node:test';
import { problemText } from '../../../src/config/problem.js';
import { checked } from './samples.js';

const text = `global
    maxconn 50000
listen a
    bind 127.0.0.1:9999
    timeout client 1h
    timeout server 1h
    timeout connect 5s
    server s 127.0.0.1:1
`;

it('a maxconn beyond the descriptors is lowered, and a warning says so: HAProxy would raise its limit', () => {
  const result = checked(text, 'tcp', 20_000);
  assert.equal(result.kind, 'valid');
  assert.equal(result.config.global.maxconn, 9935);
  const warnings = result.warnings.map(problemText).filter((line) => line.includes('descriptors'));
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0] ?? '',
    /^h\.cfg:2:\d+: global: maxconn: a maxconn of 50000 needs \d+ file descriptors, and the limit is 20000, so that it is 9935; raise the limit/,
  );
});

it('a maxconn for which there are descriptors is as written', () => {
  const result = checked(text, 'tcp');
  assert.equal(result.kind, 'valid');
  assert.equal(result.config.global.maxconn, 50_000);
  assert.deepEqual(
    result.warnings.map(problemText).filter((line) => line.includes('descriptors')),
    [],
  );
});

it('without descriptors for a single session it does not start', () => {
  assert.equal(checked(text, 'tcp', 60).kind, 'invalid');
});
