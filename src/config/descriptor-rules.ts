/** What is said of a `global.maxconn` for which the system does not grant enough file descriptors. Pure. */

import { descriptorsNeeded, maxconnWithin } from './descriptors.js';
import type { PartialConfigFile } from './file-schema.js';
import { standingNeedsOf } from './rule.js';
import type { Finding, Rule } from './rule.js';

const PATH = ['global', 'maxconn'];

interface Shortage {
  /** For how many sessions there are enough; below 1 for none. */
  readonly most: number;
  readonly message: string;
  /** What to do. */
  readonly raise: string;
}

function shortageOf(file: PartialConfigFile, descriptorLimit: number): Shortage | undefined {
  const standing = standingNeedsOf(file);
  const most = maxconnWithin(descriptorLimit, standing);
  const maxconn = file.global?.maxconn ?? Math.max(1, most);
  if (maxconn <= most) return undefined;
  const needed = descriptorsNeeded(maxconn, standing);
  const message = `a maxconn of ${maxconn} needs ${needed} file descriptors, and the limit is ${descriptorLimit}`;
  return {
    most,
    message,
    raise: `raise the limit (ulimit -n ${needed}, or LimitNOFILE=${needed} in the systemd unit)`,
  };
}

function finding(message: string): Finding {
  return { at: [PATH], message, from: [PATH] };
}

export const enoughDescriptors: Rule = {
  summary: 'a `global.maxconn` that needs more file descriptors than the system grants',
  find: (file, { descriptorLimit, lowersMaxconn }) => {
    const shortage = shortageOf(file, descriptorLimit);
    if (shortage === undefined || (lowersMaxconn && shortage.most >= 1)) return [];
    const { most, message, raise } = shortage;
    return [finding(`${message}; ${raise}${most < 1 ? '' : ` or write ${most}`}`)];
  },
};

/** HAProxy, which is started by root, raises its limit itself; its file is to be taken as it is. */
export const lowersMaxconn: Rule = {
  summary: 'in a haproxy.cfg, a `maxconn` that needs more file descriptors than the system grants: it is lowered',
  find: (file, surroundings) => {
    const shortage = shortageOf(file, surroundings.descriptorLimit);
    if (!surroundings.lowersMaxconn || shortage === undefined || shortage.most < 1) return [];
    const { most, message, raise } = shortage;
    return [finding(`${message}, so that it is ${most}; ${raise}`)];
  },
};
