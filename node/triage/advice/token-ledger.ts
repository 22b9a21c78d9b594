import type { Viewer } from '../../../proto/domain/marking.ts';
import { defineCollection } from '../../ledger/collection.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { TRIAGE_MARKING } from '../markings.ts';
import type { TokenStore } from './token-budget.ts';

/** Key `adviser-tokens/<day>`. */
const TOKEN_DAYS = defineCollection<{ readonly day: string; readonly tokens: number }>({
  space: 'budget',
  keyOf: ({ day }) => keyOf(day),
  markingOf: () => TRIAGE_MARKING,
});

/** Keeps the tokens of each day beside the other budgets of the node. */
export function tokenLedger(ledger: Ledger, viewer: Viewer): TokenStore {
  return {
    load: async (day) => (await TOKEN_DAYS.get(ledger, keyOf(day), viewer))?.tokens ?? 0,
    save: async (day, tokens) => void (await ledger.commit({ writes: [TOKEN_DAYS.put({ day, tokens })], audit: [] })),
  };
}

function keyOf(day: string): string {
  return `adviser-tokens/${day}`;
}
