import { ConcordatError } from '../../proto/domain/errors.ts';
import type { CLI_ERRORS } from './errors.ts';

/** A refusal of the command line: one line that says what is wrong, and a hint that says what helps. */
export class CliRefusal extends ConcordatError {
  readonly hint: string | null;

  constructor(code: keyof typeof CLI_ERRORS, message: string, hint: string | null = null, cause?: unknown) {
    super(code, message, { cause });
    this.hint = hint;
  }
}
