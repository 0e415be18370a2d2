/** The files that the page needs beside itself, read once: style, scripts, icon. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export interface StaticFile {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

const CSS = 'text/css; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const ROOT = '../../../../';

/** By the name under /assets/. Throws if a file is missing: then the installation is not whole. */
export function readStaticFiles(): ReadonlyMap<string, StaticFile> {
  const { resolve } = createRequire(import.meta.url);
  const files: readonly (readonly [name: string, type: string, path: string])[] = [
    ['page.css', CSS, ownPath(`${ROOT}assets/page.css`)],
    ['icon.svg', 'image/svg+xml', ownPath(`${ROOT}assets/icon.svg`)],
    ['uplot.css', CSS, resolve('uplot/dist/uPlot.min.css')],
    ['uplot.js', SCRIPT, resolve('uplot/dist/uPlot.iife.min.js')],
    ...['page.js', 'charts.js', 'live.js'].map((name) => [name, SCRIPT, ownPath(`browser/${name}`)] as const),
  ];
  return new Map(files.map(([name, type, path]) => [name, fileAt(path, type)]));
}

function ownPath(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

function fileAt(path: string, type: string): StaticFile {
  const body = new Uint8Array(readFileSync(path));
  return { type, body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
}
