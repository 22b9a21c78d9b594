import type { Typology } from './typology.ts';

/** Of the table below; changes with every change in it, and stands in each decision. */
export const TYPOLOGY_VERSION = '2';

/**
 * Patterns that triage looks for. Spans and counts are chosen within what the literature gives for layering through
 * retail accounts: patterns of 3 to 12 transfers over one to four weeks (Altman et al., Realistic Synthetic Financial
 * Transactions for Anti-Money Laundering Models, NeurIPS 2023, section 3). A smaller minimum finds more of them and
 * many more customers who only split a bill.
 */
export const TYPOLOGIES = [
  {
    id: 'fan_in',
    description: 'many first-time senders within two weeks',
    detector: 'fan',
    parameters: { direction: 'in', spanDays: 14, minimumCounterparties: 4, fullCounterparties: 9 },
  },
  {
    id: 'fan_out',
    description: 'many first-time receivers within two weeks',
    detector: 'fan',
    parameters: { direction: 'out', spanDays: 14, minimumCounterparties: 4, fullCounterparties: 9 },
  },
  {
    id: 'cycle',
    description: 'money that returns to the account over others',
    detector: 'cycle',
    parameters: { spanDays: 21, minimumHops: 3, maximumHops: 4, minimumAmountShare: 0.1 },
  },
  {
    id: 'scatter_gather',
    description: 'one source and one sink with several accounts between them',
    detector: 'scatter-gather',
    parameters: { spanDays: 28, minimumBetween: 2, fullBetween: 4 },
  },
  {
    id: 'gather_scatter',
    description: 'several first-time senders, then several first-time receivers',
    detector: 'gather-scatter',
    parameters: { spanDays: 21, minimumEachSide: 2, fullEachSide: 5 },
  },
  {
    id: 'pass_through',
    description: 'sums that leave again within days, nearly whole, to somebody else',
    detector: 'pass-through',
    parameters: { spanDays: 5, minimumShare: 0.85, maximumShare: 1.005, fullPairs: 4 },
  },
  {
    id: 'structuring',
    description: 'transfers of nearly one amount to or from several counterparties',
    detector: 'structuring',
    parameters: { spanDays: 10, tolerance: 0.05, minimumTransfers: 4, minimumCounterparties: 3, fullTransfers: 8 },
  },
  {
    id: 'dormant_then_active',
    description: 'a burst of transfers after weeks of quiet',
    detector: 'dormant',
    parameters: { quietDays: 28, spanDays: 7, minimumTransfers: 4, fullTransfers: 8 },
  },
  {
    id: 'bipartite',
    description: 'senders that all pay the same receivers',
    detector: 'bipartite',
    parameters: { spanDays: 28, minimumEachSide: 2, fullEachSide: 4 },
  },
  {
    id: 'stack',
    description: 'several payers, several accounts that all of them pay, and one that those pay on to',
    detector: 'stack',
    parameters: { spanDays: 28, minimumEachLayer: 2, fullEachLayer: 4 },
  },
  {
    id: 'shell_cluster',
    description: 'accounts that pay each other, pass on what they get and do nothing else',
    detector: 'shell-cluster',
    parameters: { spanDays: 21, minimumAccounts: 3, fullAccounts: 6, minimumPassedOn: 0.8, maximumTransfers: 6 },
  },
] as const satisfies readonly Typology[];

export type TypologyId = (typeof TYPOLOGIES)[number]['id'];
