/** Replaces what the server has drawn by what it draws now; asks questions in a dialogue. */

const TYPING_PAUSE_MS = 250;
/** However often servers change. */
const BETWEEN_LOOKS_MS = 400;

/** Parts that may be replaced are marked, and have an id. */
const LIVE = '[data-live][id]';

/** Keeps the figures of the page that is looked at as they are now. */
export class Figures {
  #looking: Promise<void> | undefined;
  #isWanted = false;

  /** Begins to look every so often, as the page says. */
  follow(): void {
    const { refreshMs } = document.body.dataset;
    if (refreshMs !== undefined) setInterval(() => void this.refresh(), Number(refreshMs));
    document.addEventListener('visibilitychange', () => void this.refresh());
  }

  /** Shows what there is now; nothing changes if that can't be had. While one look is under way, one more waits for it. */
  async refresh(): Promise<void> {
    this.#isWanted = true;
    this.#looking ??= this.#look();
    await this.#looking;
  }

  async #look(): Promise<void> {
    while (this.#isWanted && !document.hidden && document.querySelector('dialog[open]') === null) {
      this.#isWanted = false;
      await replaceFrom(location.href);
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS));
    }
    this.#looking = undefined;
  }
}

async function documentAt(url: string): Promise<Document | undefined> {
  try {
    const response = await fetch(url);
    // A page that says what is wrong is a page too; what is none is left out.
    if (!(response.headers.get('content-type') ?? '').startsWith('text/html')) return undefined;
    return new DOMParser().parseFromString(await response.text(), 'text/html');
  } catch {
    // The balancer is away: the sign beside the navigation says so.
    return undefined;
  }
}

async function replaceFrom(url: string): Promise<void> {
  const drawn = await documentAt(url);
  if (drawn === undefined) return;
  for (const old of document.querySelectorAll(LIVE)) {
    const fresh = drawn.getElementById(old.id);
    // Whoever is on a button with the keyboard stays there.
    if (fresh === null || old.isEqualNode(fresh) || old.contains(focusedControl())) continue;
    const scrolled = old.querySelector('.scroll')?.scrollLeft ?? 0;
    old.replaceWith(fresh);
    const scroll = fresh.querySelector('.scroll');
    if (scroll !== null) scroll.scrollLeft = scrolled;
  }
}

function focusedControl(): Element | null {
  const { activeElement } = document;
  return activeElement?.matches('button, input, a') === true ? activeElement : null;
}

/** The address always says what is searched for, so that it can be kept, and sent to somebody. */
export function searchAsTyped(figures: Figures): void {
  const form = document.querySelector<HTMLFormElement>('form[data-search]');
  if (form === null) return;
  let timer = 0;
  const search = (): void => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === 'string' && value !== '') query.set(name, value);
    }
    history.replaceState(null, '', `?${query.toString()}`);
    void figures.refresh();
  };
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(search, TYPING_PAUSE_MS);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(timer);
    search();
  });
}

/** The page that a button of `data-confirm` leads to has the question; its answer is an ordinary form. */
export function askInDialog(): void {
  document.addEventListener('submit', (event) => {
    const { target, submitter } = event;
    if (!(target instanceof HTMLFormElement) || !('confirm' in target.dataset)) return;
    if (!(submitter instanceof HTMLButtonElement)) return;
    event.preventDefault();
    const url = `${target.getAttribute('action') ?? ''}?${new URLSearchParams({ [submitter.name]: submitter.value }).toString()}`;
    void ask(url);
  });
}

async function ask(url: string): Promise<void> {
  const question = (await documentAt(url))?.getElementById('question');
  if (question === null || question === undefined) {
    location.href = url;
    return;
  }
  const dialog = document.createElement('dialog');
  dialog.append(question);
  document.body.append(dialog);
  dialog.addEventListener('close', () => dialog.remove());
  question.querySelector('[data-cancel]')?.addEventListener('click', (event) => {
    event.preventDefault();
    dialog.close();
  });
  dialog.showModal();
}
