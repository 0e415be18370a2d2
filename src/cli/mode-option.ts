/** The option that says what a haproxy.cfg, which has no mode cmpp, carries. */

import { Option } from 'commander';
import { modeNames } from '../config/vocabulary.js';

export function modeOption(): Option {
  return new Option('--mode <mode>', 'what the sections of mode tcp in a haproxy.cfg carry').choices(modeNames);
}
