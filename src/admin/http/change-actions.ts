/** What can be done with a server from the page. Pure. */

export const changeActions = ['ready', 'drain', 'maint', 'weight'] as const;
export type ChangeAction = (typeof changeActions)[number];
