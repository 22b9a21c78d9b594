/** What a network edge does with a message that was refused: forward, drop silently, or count against the sender. */
export const VERDICTS = ['accept', 'ignore', 'reject'] as const;
export type Verdict = (typeof VERDICTS)[number];

export type ErrorDetail = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * A refusal: an expected outcome with a public, documented code. Texts are for people and are never parsed;
 * neither text nor detail holds a name, an account number or which secret was wrong.
 */
export class ConcordatError extends Error {
  readonly code: string;
  readonly detail: ErrorDetail;
  readonly verdict: Verdict;

  constructor(
    code: string,
    message: string,
    options: { detail?: ErrorDetail; verdict?: Verdict; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ConcordatError';
    this.code = code;
    this.detail = options.detail ?? {};
    this.verdict = options.verdict ?? 'ignore';
  }
}

/** Tells a refusal from a fault. */
export function isRefusal(error: unknown, code?: string): error is ConcordatError {
  return error instanceof ConcordatError && (code === undefined || error.code === code);
}
