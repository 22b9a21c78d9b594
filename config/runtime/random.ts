import { randomBytes } from 'node:crypto';
import type { RandomBytes } from '../../proto/domain/runtime.ts';

/** The operating system's cryptographic random source. */
export const systemRandom: RandomBytes = (length) => new Uint8Array(randomBytes(length));
