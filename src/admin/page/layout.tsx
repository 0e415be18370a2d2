/** What is around every page: head, navigation, language, and when it was drawn. Pure. */

import type { PropsWithChildren } from 'hono/jsx';
import { isoTime, timeText, zoneText } from './format.js';
import type { View } from './view.js';
import { languages, sayIn } from './words.js';

export interface LayoutProps {
  readonly view: View;
  readonly title: string;
  /** Whether it shows new figures by itself. */
  readonly isLive?: boolean;
}

export function Layout({ view, title, isLive = false, children }: PropsWithChildren<LayoutProps>) {
  const { language, say, refreshMs, wallMs, offsetMinutesAt } = view;
  return (
    <html lang={language === 'zh' ? 'zh-CN' : language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · cmpp-lb`}</title>
        <link rel="icon" href="/assets/icon.svg" />
        <link rel="stylesheet" href="/assets/uplot.css" />
        <link rel="stylesheet" href="/assets/page.css" />
        {isLive && (
          <noscript>
            <meta http-equiv="refresh" content={String(Math.ceil(refreshMs / 1000))} />
          </noscript>
        )}
        <script src="/assets/uplot.js" defer></script>
        <script src="/assets/page.js" type="module"></script>
      </head>
      <body data-refresh-ms={isLive ? refreshMs : undefined}>
        <a class="skip" href="#content">
          {say('skip')}
        </a>
        <header>
          <a class="brand" href="/">
            cmpp-lb
          </a>
          <Navigation view={view} />
          <span class="live" id="live" data-live-word={say('live')} data-stale-word={say('stale')}></span>
          <LanguageSwitch view={view} />
        </header>
        <main id="content">{children}</main>
        <footer>
          <span id="drawn" data-live>
            {say('drawnAt')}{' '}
            <time datetime={isoTime(wallMs)} title={isoTime(wallMs)}>
              {timeText(wallMs, offsetMinutesAt)} {zoneText(offsetMinutesAt(wallMs))}
            </time>
          </span>
        </footer>
      </body>
    </html>
  );
}

function Navigation({ view: { say, maySeeSessions, target } }: { readonly view: View }) {
  const links = [
    { path: '/', word: say('overview') },
    ...(maySeeSessions
      ? [
          { path: '/accounts', word: say('accounts') },
          { path: '/sessions', word: say('sessions') },
        ]
      : []),
  ];
  const [here] = target.split('?');
  return (
    <nav>
      {links.map(({ path, word }) => (
        <a href={path} aria-current={path === here ? 'page' : undefined}>
          {word}
        </a>
      ))}
    </nav>
  );
}

function LanguageSwitch({ view: { language, target } }: { readonly view: View }) {
  return (
    <span class="languages">
      {languages
        .filter((other) => other !== language)
        .map((other) => (
          <a href={inLanguage(target, other)} lang={other}>
            {sayIn(other)('languageName')}
          </a>
        ))}
    </span>
  );
}

/** The same place with `lang` in its query. */
function inLanguage(target: string, language: string): string {
  const [path = '/', query = ''] = target.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set('lang', language);
  return `${path}?${parameters.toString()}`;
}
