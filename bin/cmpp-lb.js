#!/usr/bin/env node
// Checks the Node version before anything is loaded that an older one could not read, then runs the compiled program.
import { existsSync } from 'node:fs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`cmpp-lb needs Node.js 20.19 or later; this is ${process.versions.node}`);
  process.exit(1);
}
const program = new URL('../dist/src/cli/main.js', import.meta.url);
if (!existsSync(program)) {
  console.error('cmpp-lb is not built yet; run: npm ci && npm run build');
  process.exit(1);
}
await import(program.href);
