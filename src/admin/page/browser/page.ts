/** What scripts add to the page: charts, figures that move, search as one types, and questions asked where one is. */

import { Charts } from './charts.js';
import { askInDialog, Figures, searchAsTyped } from './live.js';

const figures = new Figures();
figures.follow();
searchAsTyped(figures);
askInDialog();

const section = document.querySelector<HTMLElement>('#charts');
const charts = section === null ? undefined : new Charts(section);
if (charts !== undefined) void charts.load();

if (document.body.dataset['refreshMs'] !== undefined) {
  const events = new EventSource('/events');
  const sign = document.querySelector<HTMLElement>('#live');
  const show = (isLive: boolean): void => {
    if (sign === null) return;
    sign.className = isLive ? 'live on' : 'live off';
    sign.textContent = (isLive ? sign.dataset['liveWord'] : sign.dataset['staleWord']) ?? '';
  };
  let wasLost = false;
  events.addEventListener('open', () => {
    show(true);
    // What was missed meanwhile.
    if (wasLost && charts !== undefined) void charts.load();
    if (wasLost) void figures.refresh();
    wasLost = false;
  });
  events.addEventListener('error', () => {
    show(false);
    wasLost = true;
  });
  events.addEventListener('sample', ({ data }: MessageEvent<string>) => charts?.add(data));
  events.addEventListener('server', () => void figures.refresh());
}
