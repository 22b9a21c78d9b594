import { ConcordatError, type ErrorDetail } from '../../proto/domain/errors.ts';

/** Refusals about entities. Details name fields, never values. */
export const ENTITY_ERRORS = {
  ENTITY_UNKNOWN: 'the records hold no such customer, or nothing that may be shown',
  ENTITY_PAIR: 'these two customers are no pair of the resolver that stands where this step begins',
  ENTITY_SIGNATURE: 'an assertion that customers are one is not what was signed',
  ENTITY_MODEL: 'a model artefact does not follow its schema; detail.field names the first field at fault',
} as const;
export type EntityErrorCode = keyof typeof ENTITY_ERRORS;

/** Builds the refusal for a code; its text is the code's own, so that no value can slip into it. */
export function entityError(
  code: EntityErrorCode,
  options: { detail?: ErrorDetail; cause?: unknown } = {},
): ConcordatError {
  return new ConcordatError(code, ENTITY_ERRORS[code], options);
}
