/** The plan of a `tcp` probe: connects, and closes again. It sees that somebody listens, and nothing more. Pure. */

import type { ConnectStep, ProbePlan, ProbeTalk } from './probe-plan.js';

const STEPS: readonly ConnectStep[] = [{ kind: 'connect', name: 'connect', port: undefined }];
const NOTHING_SAID: ProbeTalk = { hear: () => {}, trouble: undefined, remainder: '', takeLeave: () => {} };

export const tcpPlan: ProbePlan<ProbeTalk> = {
  keepsConnection: false,
  steps: () => STEPS,
  talk: () => NOTHING_SAID,
};
