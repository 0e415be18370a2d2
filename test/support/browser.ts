/** Debian's chromium, in the hands of a test. */

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

const NAME = 'chromium';

function executablePath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, NAME)).find((path) => existsSync(path));
}

/** Where CI is set it must be there. */
export function missingBrowser(): string | false {
  if (process.env['CI'] !== undefined) return false;
  return executablePath() === undefined && `${NAME} is not installed`;
}

export async function startBrowser(): Promise<Browser> {
  const path = executablePath();
  if (path === undefined) throw new Error(`${NAME} is not installed`);
  // Without a sandbox, which it has not for root: it sees pages of ours alone. A container's /dev/shm is too small for it.
  return chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A page in a profile of its own, and whatever its console complains of. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions,
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}
