import { ConcordatError } from '../proto/domain/errors.ts';
import type { CONFIG_ERRORS } from './errors.ts';

/** One thing wrong with the settings, named so that the operator finds it. Never holds a secret's value. */
export type SettingProblem = {
  readonly code: keyof typeof CONFIG_ERRORS;
  /** Setting or file: `api.port`. */
  readonly path: string;
  /** Where it was given: `config.yaml:4`, `API_PORT`, `--api-port`. */
  readonly source: string;
  readonly expected: string;
  readonly got: string | null;
  readonly hint: string | null;
};

/** One line for a person: place, setting, expectation, what was found, hint. */
export function problemLine(problem: SettingProblem): string {
  const got = problem.got === null ? '' : `, got ${problem.got}`;
  const hint = problem.hint === null ? '' : ` (${problem.hint})`;
  return `${problem.source}: ${problem.path}: expected ${problem.expected}${got}${hint}`;
}

/** The refusal that a problem stops the program with. */
export function problemError(problem: SettingProblem): ConcordatError {
  return new ConcordatError(problem.code, problemLine(problem), {
    detail: { path: problem.path, source: problem.source },
  });
}
