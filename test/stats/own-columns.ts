/** The columns of `show stat` that no HAProxy has, behind those that it has. */

export const OWN_HEADER = 'moving,held,moved_away,moved_here,moves_failed,in_doubt,limited_rejected,limited_delayed,';
/** Of what nothing has happened to. */
export const OWN_OF_PLACE = '0,0,0,0,0,0,,,';
export const OWN_OF_ENTRANCE = ',,,,,,0,0,';
