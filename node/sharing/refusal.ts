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

/**
 * Codes after which a member never takes the same object from its author: it has it, or the object itself is at fault.
 * All others may pass: it may lag behind in log or chain, be short of room, or be away.
 */
const FINAL_CODES: ReadonlySet<string> = new Set<SharingErrorCode>([
  'SHARING_AUDIENCE',
  'SHARING_CHAIN',
  'SHARING_DUPLICATE',
  'SHARING_EQUIVOCATION',
  'SHARING_GATEWAY',
  'SHARING_HEADER',
  'SHARING_SIGNATURE',
  'SHARING_SUSPENDED',
]);

export function isFinalCode(code: string): boolean {
  return FINAL_CODES.has(code) || code.startsWith('WIRE_');
}

/** Whether a refusal is final: by its own word, or by its code. */
export function isFinalRefusal(error: unknown): boolean {
  return error instanceof ConcordatError && (error.detail['final'] === true || isFinalCode(error.code));
}

/** The same refusal, saying that it is final; its author need not send the object again. */
export function finalRefusal(error: ConcordatError): ConcordatError {
  const { cause, code, detail, message, verdict } = error;
  return new ConcordatError(code, message, { detail: { ...detail, final: true }, verdict, cause });
}
