import { LIMITS } from '../../../../config/settings/limits.ts';

export const MATCH_PROTOCOL = '/concordat/match/1.0.0';
/** Largest message of it: one chunk of the filter, and some room. */
export const MATCH_BYTES = LIMITS.matchFilterChunkBytes + 4_096;
