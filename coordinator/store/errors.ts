import { ConcordatError, type ErrorDetail } from '../../proto/domain/errors.ts';

/** Refusals and faults of the store. Details name spaces and sequences, never keys or values. */
export const STORE_ERRORS = {
  STORE_CONFLICT: 'a value is not what the unit expects; nothing of it was written',
  STORE_KEY: 'a key that is empty or too long, or a value or unit that is larger than the store takes',
  STORE_BUSY: 'more units wait than the store holds; try again later',
  STORE_READ_ONLY: 'the store takes no writes: the disk is nearly full, or a write has failed since it was opened',
  STORE_WRITE_FAILED: 'the disk refused or did not confirm a write: whether the unit stands is known after reopening',
  STORE_CLOSED: 'the store is closed',
  STORE_LOCKED: 'another process has the store open',
  STORE_OPEN: 'the files of the store cannot be opened',
  STORE_FORMAT: 'the store was written by a newer version',
  STORE_CORRUPT: 'the store lacks something that it acknowledged, or holds something that it did not write',
} as const;
export type StoreErrorCode = keyof typeof STORE_ERRORS;

/** Builds the error for a code; its text is the code's own, so that no value can slip into it. */
export function storeError(
  code: StoreErrorCode,
  options: { detail?: ErrorDetail; cause?: unknown } = {},
): ConcordatError {
  return new ConcordatError(code, STORE_ERRORS[code], options);
}
