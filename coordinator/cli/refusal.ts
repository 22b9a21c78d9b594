import { ConcordatError } from '../../proto/domain/errors.ts';
import type { CoordinatorErrorCode } from '../errors.ts';

/** A refusal of the command line: one line that says what is wrong, and a hint that says what helps. */
export class CliRefusal extends ConcordatError {
  readonly hint: string;

  constructor(code: CoordinatorErrorCode, message: string, hint: string, cause?: unknown) {
    super(code, message, { cause });
    this.hint = hint;
  }
}
