import { isFound } from '../../tools/federation/decisions.ts';
import type { Line } from '../report.ts';
import type { Truth } from '../truth.ts';
import type { Outcome } from './outcome.ts';

/** An opened flag, as a member reads it. */
export type OpenedFlag = { readonly holder_agency: string; readonly identifier: string; readonly group_count: number };

/** Of a pattern that no single agency's own customers carry to this share, nobody has the whole. */
const CARRIED = 0.8;

/** What nobody could have found alone. */
export function patternLines(
  outcomes: readonly Outcome[],
  opened: readonly OpenedFlag[],
  truth: Truth,
): readonly Line[] {
  return [patternLine(outcomes, truth), openedLine(opened, truth)];
}

/** A pattern is found by a way of deciding when one of its true alerts is escalated by it. */
function patternLine(outcomes: readonly Outcome[], truth: Truth): Line {
  const spread = truth.patterns.filter(({ ownShare }) => ownShare < CARRIED).map(({ patternId }) => patternId);
  const foundIn = (way: 'alone' | 'together' | 'pooled'): ReadonlySet<string> =>
    new Set(
      outcomes.filter((outcome) => outcome.isTrue && isFound(outcome[way])).flatMap(({ patternIds }) => patternIds),
    );
  const [alone, together, pooled] = [foundIn('alone'), foundIn('together'), foundIn('pooled')];
  const count = (found: ReadonlySet<string>): number => spread.filter((id) => found.has(id)).length;
  const onlyTogether = spread.filter((id) => together.has(id) && !alone.has(id));
  return {
    section: 'Found only together',
    rows: [
      `patterns found: ${count(alone)} alone, ${count(together)} with the federation, ${count(pooled)} pooled`,
      `${onlyTogether.length} found by the federation and by no agency alone`,
      `n: patterns of which no single agency's own customers carry ${CARRIED * 100} %`,
    ],
    n: spread.length,
    pass: onlyTogether.length > 0,
    values: { alone: count(alone), together: count(together), pooled: count(pooled), onlyTogether },
  };
}

/** Chance alone would open flags at the share of launderers among all accounts. */
function openedLine(opened: readonly OpenedFlag[], truth: Truth): Line {
  const truly = opened.filter((flag) => truth.launderers.has(`${flag.holder_agency}/${flag.identifier}`)).length;
  const share = opened.length === 0 ? 0 : truly / opened.length;
  const byChance = truth.launderers.size / Math.max(1, truth.accounts);
  return {
    section: 'Found only together',
    rows: [
      `flags opened: ${opened.length}; truly laundering: ${truly} (${percent(share)})`,
      `by chance it would be ${percent(byChance)}: the share of launderers among all accounts`,
    ],
    n: opened.length,
    pass: opened.length > 0 && share > byChance,
    values: { opened: opened.length, truly, share, byChance },
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
