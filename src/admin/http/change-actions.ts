/** What can be done with a server from the page: `drain` moves its sessions, `keep` drains it and leaves them. Pure. */

export const changeActions = ['ready', 'drain', 'keep', 'maint', 'weight'] as const;
export type ChangeAction = (typeof changeActions)[number];
