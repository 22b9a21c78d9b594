import { LIMITS } from '../../../../config/settings/limits.ts';

export const SYNC_PROTOCOL = '/concordat/sync/1.0.0';
/** Largest message of it: a range is cut short by its bytes before it is by its number. */
export const SYNC_BYTES = LIMITS.streamMessageBytes;
