import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LinkedList } from '../../src/balancer/linked-list.js';
import type { ListNode } from '../../src/balancer/linked-list.js';

function valuesOf(list: LinkedList<number>): number[] {
  const values: number[] = [];
  for (let node = list.first; node !== undefined; node = node.next) values.push(node.value);
  return values;
}

describe('LinkedList', () => {
  it('keeps the order of appending whoever leaves', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(50)), { maxLength: 100, size: 'max' }), (steps) => {
        const list = new LinkedList<number>();
        const nodes: ListNode<number>[] = [];
        for (const [number, leaver] of steps.entries()) {
          const node = leaver === null ? undefined : nodes.splice(leaver % (nodes.length + 1), 1)[0];
          if (node === undefined) nodes.push(list.append(number));
          else list.remove(node);
          assert.deepEqual(
            valuesOf(list),
            nodes.map(({ value }) => value),
          );
          assert.equal(list.length, nodes.length);
        }
      }),
    );
  });
});
