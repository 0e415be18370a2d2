/** Reads `tcp-check` rules into the steps of a script. Pure. */

import { EXPECT_NAMES } from '../../health/probe-script.js';
import { note, refused } from './keyword.js';
import type { KeywordTable, Use } from './keyword.js';
import type { Proxy } from './proxy.js';
import { wholeNumber } from './values.js';

const NO_VARIABLES = 'probes have no variables and expressions; write the text itself';
const AS_THE_CHECK = 'a probe connects as its server line says; write port only';

function readConnect({ place, words, remarks }: Use, { script }: Proxy): void {
  const parameters = withoutComment(words);
  let port: number | undefined;
  while (parameters[0] !== undefined) {
    const [name, value] = parameters.splice(0, parameters[0].text === 'port' ? 2 : 1);
    const read = name?.text === 'port' ? wholeNumber.read(value?.text ?? '') : undefined;
    if (name?.text === 'default' || name?.text === 'linger') continue;
    if (typeof read === 'number') port = read;
    else remarks.problem({ ...place, column: name?.column ?? place.column }, AS_THE_CHECK);
  }
  script.push({ key: 'connect', value: port === undefined ? {} : { port }, place });
}

function readExpect({ place, words, remarks }: Use, { script }: Proxy): void {
  const [match, pattern, surplus] = withoutComment(words);
  const at = { ...place, column: match?.column ?? place.column };
  const name = EXPECT_NAMES.find((candidate) => candidate === match?.text);
  if (match?.text.startsWith('!') === true) {
    remarks.problem(at, 'cmpp-lb waits for what is to come, not for what is not; write what a sound server answers');
  } else if (name === undefined) {
    remarks.problem(at, `expected one of ${EXPECT_NAMES.join(', ')}, got ${JSON.stringify(match?.text)}`);
  } else if (pattern === undefined) {
    remarks.problem(at, 'expected what is to be in the answer behind it');
  } else if (surplus !== undefined) {
    remarks.problem(
      { ...place, column: surplus.column },
      `unexpected ${JSON.stringify(surplus.text)}; quotes keep spaces`,
    );
  } else {
    script.push({ key: `expect-${name}`, value: pattern.text, place: { ...place, column: pattern.column } });
  }
}

function readSend(key: 'send' | 'send-binary') {
  return ({ place, words, remarks }: Use, { script }: Proxy): void => {
    const [data, surplus] = withoutComment(words);
    if (surplus !== undefined)
      remarks.problem(
        { ...place, column: surplus.column },
        `unexpected ${JSON.stringify(surplus.text)}; quotes keep spaces`,
      );
    script.push({ key, value: data?.text ?? '', place: { ...place, column: data?.column ?? place.column } });
  };
}

/** A comment is for HAProxy's own words about a step; ours name the step itself. */
function withoutComment(words: Use['words']): Use['words'][number][] {
  const index = words.findIndex(({ text }) => text === 'comment');
  return index < 0 ? [...words] : words.filter((_, place) => place !== index && place !== index + 1);
}

function rule(expected: string, least: number, read: (use: Use, proxy: Proxy) => void): KeywordTable<Proxy>[string] {
  return { kind: 'key', side: 'backend', words: [least, Infinity], expected, read };
}

export const checkScriptKeywords: KeywordTable<Proxy> = {
  'tcp-check comment': note('what a step was is said by the step itself'),
  'tcp-check connect': rule('nothing, or port', 0, readConnect),
  'tcp-check expect': rule('string and what is to be in the answer', 1, readExpect),
  'tcp-check send': rule('a text', 1, readSend('send')),
  'tcp-check send-binary': rule('bytes in hex', 1, readSend('send-binary')),
  'tcp-check send-binary-lf': refused(NO_VARIABLES),
  'tcp-check send-lf': refused(NO_VARIABLES),
};
