import { ConcordatError, type ErrorDetail, type Verdict } from '../../proto/domain/errors.ts';
import { SHARING_ERRORS, type SharingErrorCode } from './errors.ts';

/** A refusal of the sharing layer; the text is the code's own description. */
export function sharingRefusal(
  code: SharingErrorCode,
  verdict: Verdict = 'ignore',
  detail: ErrorDetail = {},
): ConcordatError {
  return new ConcordatError(code, SHARING_ERRORS[code], { verdict, detail });
}
