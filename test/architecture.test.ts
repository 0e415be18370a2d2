/** Checks who imports whom, how long files are, and that nothing takes what it should be given. */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { describe, it } from 'node:test';

/** Whom a layer of src may import besides itself; `types` where only types may be. Names of files are files of src. */
const layers: Readonly<Record<string, readonly string[]>> = {
  cmpp: [],
  runtime: [],
  stats: [],
  balancer: ['cmpp'],
  health: ['cmpp', 'runtime'],
  config: ['balancer', 'health', 'runtime'],
  log: ['balancer', 'runtime'],
  proxy: ['balancer', 'health', 'log', 'runtime', 'stats'],
  simulator: ['cmpp', 'runtime'],
  admin: ['balancer', 'cmpp', 'config', 'health', 'log', 'proxy', 'runtime', 'stats', 'supervision'],
  supervision: ['balancer', 'cmpp', 'health', 'log', 'runtime'],
  state: ['balancer', 'log', 'runtime', 'supervision'],
  assembly: ['admin', 'balancer', 'config', 'health', 'log', 'proxy', 'runtime', 'stats', 'supervision'],
  'app.ts': [
    'admin',
    'assembly',
    'balancer',
    'config',
    'health',
    'log',
    'proxy',
    'runtime',
    'state',
    'stats',
    'supervision',
  ],
  cli: [
    'admin',
    'app.ts',
    'assembly',
    'balancer',
    'cmpp',
    'config',
    'health',
    'log',
    'proxy',
    'runtime',
    'simulator',
    'stats',
  ],
};

/** Layers without I/O, and the parts of Node that are values in, values out. */
const pureLayers: Readonly<Record<string, readonly string[]>> = {
  cmpp: ['node:crypto'],
  balancer: [],
  health: [],
  stats: [],
};

const MOST_LINES = 300;

interface Import {
  readonly from: string;
  readonly isTypeOnly: boolean;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join(folder, file));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from '([^']+)';/gm)].map(([, type, from = '']) => {
    return { from, isTypeOnly: type !== undefined };
  });
}

function layerOf(file: string): string {
  return relative('src', file).split(sep)[0] ?? '';
}

describe('architecture', () => {
  const files = sourceFiles('src');

  it('has a place in the layers for every folder of src', () => {
    assert.deepEqual([...new Set(files.map(layerOf))].sort(), Object.keys(layers).sort());
  });

  for (const [layer, allowed] of Object.entries(layers)) {
    it(`lets ${layer} import ${['itself', ...allowed].join(', ')} and nothing else of src`, () => {
      for (const file of files.filter((candidate) => layerOf(candidate) === layer)) {
        for (const { from } of importsOf(file).filter((found) => found.from.startsWith('.'))) {
          const target = layerOf(join(dirname(file), from.replace(/\.js$/, '.ts')));
          assert.ok(target === layer || allowed.includes(target), `${file} imports ${from}`);
        }
      }
    });
  }

  for (const [layer, allowed] of Object.entries(pureLayers)) {
    it(`keeps ${layer} free of Node's I/O`, () => {
      for (const file of files.filter((candidate) => layerOf(candidate) === layer)) {
        for (const { from, isTypeOnly } of importsOf(file)) {
          const isNode = from.startsWith('node:') || builtinModules.includes(from);
          assert.ok(!isNode || isTypeOnly || allowed.includes(from), `${file} imports ${from}`);
        }
      }
    });
  }

  it(`has no file of more than ${MOST_LINES} lines`, () => {
    for (const file of ['src', 'test', 'bench', 'tools'].flatMap(sourceFiles)) {
      const lines = readFileSync(file, 'utf8').split('\n').length - 1;
      assert.ok(lines <= MOST_LINES, `${file} has ${lines} lines`);
    }
  });
});
