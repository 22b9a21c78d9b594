/** One test of a run, as ava reported it. */
export type TestOutcome = {
  readonly file: string;
  readonly title: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly reason: string;
};
