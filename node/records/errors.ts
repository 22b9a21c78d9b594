import { ConcordatError, type ErrorDetail } from '../../proto/domain/errors.ts';

/** Codes of refusals that imports give, beside those of the formats. */
export const RECORD_ERRORS = {
  IMPORT_SOURCE: 'a file cannot be read: absent, not readable, or compressed data that is damaged',
  IMPORT_KIND: 'a file is of no known kind: neither its name nor its columns say what it is',
  LIST_VERSION: 'a list has this version already, with other content: versions do not change',
  LIST_SIZE: 'a list has more entries than the limit',
  LIST_UNKNOWN: 'there is no such list, version or entry here',
  WHITELIST_CUSTOMER: 'the records hold no such customer',
  WHITELIST_EXISTS: 'the customer is whitelisted for this entry already, or that is proposed',
  WHITELIST_UNKNOWN: 'nothing of that kind is proposed or in force for this customer and entry',
  WHITELIST_PERSON: 'whoever proposed to whitelist somebody cannot be the second person to approve it',
  WHITELIST_ENTRY: 'the entry has changed or gone since this was proposed',
  WHITELIST_LIFE: 'a whitelisting ends later than now, and within the longest time allowed',
} as const;
type RecordErrorCode = keyof typeof RECORD_ERRORS;

/** Builds the refusal for a code; its text is the code's own, so that no value can slip into it. */
export function recordError(
  code: RecordErrorCode,
  options: { detail?: ErrorDetail; cause?: unknown } = {},
): ConcordatError {
  return new ConcordatError(code, RECORD_ERRORS[code], options);
}
