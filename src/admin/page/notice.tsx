/** A page that says one thing. Pure. */

import { Layout } from './layout.js';
import type { View } from './view.js';
import type { WordKey } from './words.js';

export function Notice({ view, word }: { readonly view: View; readonly word: WordKey }) {
  return (
    <Layout view={view} title={view.say(word)}>
      <p class="bad">{view.say(word)}</p>
    </Layout>
  );
}
