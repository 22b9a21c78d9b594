import { ConcordatError, type ErrorDetail } from '../../proto/domain/errors.ts';
import { API_ERRORS } from './errors.ts';

/** The refusal of a code; its text is the code's own, so that nothing of the call can slip into it. */
export function apiRefusal(
  code: keyof typeof API_ERRORS,
  options: { detail?: ErrorDetail; cause?: unknown } = {},
): ConcordatError {
  return new ConcordatError(code, API_ERRORS[code], options);
}
