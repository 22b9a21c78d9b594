import { ConcordatError, type ErrorDetail } from '../../proto/domain/errors.ts';
import { FEDERATION_ERRORS } from './errors.ts';

export function federationRefusal(
  code: keyof typeof FEDERATION_ERRORS,
  detail: ErrorDetail = {},
  cause?: unknown,
): ConcordatError {
  return new ConcordatError(code, FEDERATION_ERRORS[code], { detail, cause });
}
