import { ConcordatError, type ErrorDetail } from '../../proto/domain/errors.ts';

/** Refusals and faults of the ledger. Details name spaces and sequences, never keys: those hold account numbers. */
export const LEDGER_ERRORS = {
  LEDGER_EXISTS: 'a key that must be absent is there; nothing of the unit was written',
  LEDGER_KEY: 'a key or audit object that is empty, too long, not well-formed, or in a space that the ledger keeps',
  LEDGER_SIZE: 'a value, marking or unit that is larger than the ledger takes',
  LEDGER_VALUE: 'a value that its collection cannot write or read',
  LEDGER_BUSY: 'more units wait than the ledger holds; try again later',
  LEDGER_READ_ONLY: 'the ledger takes no writes: the disk is nearly full, a write has failed, or it is damaged',
  LEDGER_WRITE_FAILED: 'the disk refused or did not confirm a write: whether the unit stands is known after reopening',
  LEDGER_CLOSED: 'the ledger is closed',
  LEDGER_LOCKED: 'another process has the ledger open',
  LEDGER_OPEN: 'the files of the ledger cannot be opened',
  LEDGER_FORMAT: 'the ledger was written by a newer version',
  LEDGER_CORRUPT: 'the ledger lacks something that it acknowledged, or holds something that it did not write',
} as const;
export type LedgerErrorCode = keyof typeof LEDGER_ERRORS;

/** Builds the error for a code; its text is the code's own, so that no value can slip into it. */
export function ledgerError(
  code: LedgerErrorCode,
  options: { detail?: ErrorDetail; cause?: unknown } = {},
): ConcordatError {
  return new ConcordatError(code, LEDGER_ERRORS[code], options);
}
