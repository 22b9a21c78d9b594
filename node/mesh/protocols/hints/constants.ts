import { LIMITS } from '../../../../config/settings/limits.ts';

export const HINTS_PROTOCOL = '/concordat/hints/1.0.0';
/** Largest message of it: one envelope. */
export const HINTS_BYTES = LIMITS.gossipMessageBytes;
