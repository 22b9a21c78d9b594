import { LIMITS } from '../../../../config/settings/limits.ts';

/** The one protocol that answers before two nodes have greeted each other. */
export const HELLO_PROTOCOL = '/concordat/hello/1.0.0';
/** Largest message of it. */
export const HELLO_BYTES = LIMITS.helloBytes;
