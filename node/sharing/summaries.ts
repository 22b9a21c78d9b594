import { encodeSummary } from '../../proto/codec/payload.ts';
import { SUMMARY_OUTCOMES, type Summary, type SummaryCell, type SummaryOutcome } from '../../proto/domain/exchange.ts';
import type { Policy } from '../../proto/domain/policy.ts';
import type { RandomBytes } from '../../proto/domain/runtime.ts';
import { twoSidedGeometric } from '../../crypto/noise/geometric.ts';
import type { Budgets } from './budget.ts';
import { SHARED } from './markings.ts';
import type { Draft, Publisher, Together } from './publish.ts';

/** One case of the window, as its agency counts it. */
export type CaseRow = {
  readonly customerId: string;
  readonly typology: string;
  readonly jurisdiction: string;
  readonly channel: string;
  readonly outcome: SummaryOutcome;
};

/** The closed sets that cells are made of; what is not in them counts as the last of its set. */
export type CellDomain = {
  readonly typologies: readonly string[];
  readonly jurisdictions: readonly string[];
  readonly channels: readonly string[];
};

export type SummaryWindow = { readonly startMs: number; readonly endMs: number };

/**
 * Counts cases by cell, each customer at most `cap` times over all cells (L1 sensitivity = cap).
 * Every cell of the domain is there, empty ones too: which cells are empty is itself protected.
 */
export function countCells(rows: readonly CaseRow[], domain: CellDomain, cap: number): readonly SummaryCell[] {
  const counts = new Map<string, number>();
  const used = new Map<string, number>();
  for (const row of rows) {
    const times = used.get(row.customerId) ?? 0;
    if (times >= cap) continue;
    used.set(row.customerId, times + 1);
    const key = cellKey(
      within(domain.typologies, row.typology),
      within(domain.jurisdictions, row.jurisdiction),
      within(domain.channels, row.channel),
      row.outcome,
    );
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return allCells(domain).map((cell) => ({
    ...cell,
    count: counts.get(cellKey(cell.typology, cell.jurisdiction, cell.channel, cell.outcome)) ?? 0,
  }));
}

/**
 * Adds noise to every cell, clamps at 0 once and leaves out cells under the minimum: what is left out was decided on
 * the noised count, so that it shows nothing more.
 * Source of the mechanism: Ghosh, Roughgarden, Sundararajan, STOC 2009 (two-sided geometric, alpha = exp(-epsilon / cap)).
 */
export function releaseCells(
  cells: readonly SummaryCell[],
  minimumCell: number,
  noise: () => number,
): readonly SummaryCell[] {
  return cells
    .map((cell) => ({ ...cell, count: Math.max(0, cell.count + noise()) }))
    .filter(({ count }) => count > 0 && count >= minimumCell);
}

export type SummariesDeps = {
  readonly budgets: Budgets;
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly random: RandomBytes;
  readonly agencyId: string;
  readonly domain: CellDomain;
  readonly rows: (window: SummaryWindow) => Promise<readonly CaseRow[]>;
};

/** Summaries stay readable for a year. */
const LIFE_MS = 31_536_000_000;

/** Publishes one summary of a window: budget debited, then noise drawn, then signed. */
export class Summaries {
  readonly #deps: SummariesDeps;

  constructor(deps: SummariesDeps) {
    this.#deps = deps;
  }

  /**
   * @param together is written in the same unit, so that a window's summary leaves once
   * @throws SHARING_BUDGET when the year's budget is spent; nothing leaves then
   */
  async publish(
    window: SummaryWindow,
    epoch: number,
    policy: Policy,
    gateway: string,
    together: Together = { writes: [], audit: [] },
  ): Promise<{ readonly headerHash: Uint8Array }> {
    const { agencyId, budgets, domain, publisher, random, rows } = this.#deps;
    const { epsilon, capPerCustomer, minimumCell, budgetPerYear } = policy.summaries;
    const cells = countCells(await rows(window), domain, capPerCustomer);
    const year = String(new Date(window.endMs).getUTCFullYear());
    await budgets.debit({ family: 'summary', subject: agencyId, period: year }, epsilon, budgetPerYear);
    const summary: Summary = {
      windowStartMs: window.startMs,
      windowEndMs: window.endMs,
      epsilon,
      capPerCustomer,
      minimumCell,
      cells: releaseCells(cells, minimumCell, () => twoSidedGeometric(epsilon, capPerCustomer, random)),
    };
    const draft: Draft = {
      kind: 'summary',
      audience: { scope: 'federation', id: '' },
      epoch,
      payload: encodeSummary(summary),
      marking: SHARED,
      gateway,
      purpose: 'aml',
      caseHandle: '',
      lifeMs: LIFE_MS,
      sinks: ['gossip', 'coordinator'],
    };
    return publisher.publish(draft, together);
  }
}

function within(set: readonly string[], value: string): string {
  return set.includes(value) ? value : (set.at(-1) ?? value);
}

function cellKey(...parts: readonly string[]): string {
  return parts.join('\u0000');
}

function allCells(domain: CellDomain): readonly SummaryCell[] {
  return domain.typologies.flatMap((typology) =>
    domain.jurisdictions.flatMap((jurisdiction) =>
      domain.channels.flatMap((channel) =>
        SUMMARY_OUTCOMES.map((outcome) => ({ typology, jurisdiction, channel, outcome, count: 0 })),
      ),
    ),
  );
}
