import { encodeSummary } from '../../../../proto/codec/payload.ts';
import { ConcordatError } from '../../../../proto/domain/errors.ts';
import type { Summary } from '../../../../proto/domain/exchange.ts';
import type { FlagCandidate } from '../../../../node/sharing/flag-store.ts';
import type { CaseRow } from '../../../../node/sharing/summaries.ts';
import { TestAuthor } from '../../../fixtures/envelopes.ts';
import type { FederationSim } from '../federation-sim.ts';
import type { SimNode } from './sim-node.ts';

export const SUMMARY: Summary = {
  windowStartMs: 0,
  windowEndMs: 1_000,
  epsilon: 1,
  capPerCustomer: 1,
  minimumCell: 5,
  cells: [{ typology: 'fan', jurisdiction: 'XX', channel: 'wire', outcome: 'open', count: 17 }],
};

export const SUMMARY_BYTES = encodeSummary(SUMMARY);

/** Signs with a node's key what the node itself would not. */
export function authorOf(sim: FederationSim, node: Pick<SimNode, 'keys'>): TestAuthor {
  return new TestAuthor(node.keys, {
    federationId: sim.federation.federationId,
    random: sim.random,
    nowMs: () => sim.clock.nowMs(),
  });
}

export function candidate(sim: FederationSim, identifier: string, change: Partial<FlagCandidate> = {}): FlagCandidate {
  const atMs = sim.businessTime.nowMs();
  return {
    identifierType: 'account',
    identifier,
    holderAgency: 'agency-2',
    typologies: ['fan'],
    firstSeenMs: atMs - 1_000,
    lastSeenMs: atMs,
    source: 'alert-1',
    ...change,
  };
}

/** As many open cases, each of another customer. */
export function caseRows(count: number, change: Partial<CaseRow> = {}): readonly CaseRow[] {
  const row: CaseRow = { customerId: '', typology: 'fan', jurisdiction: 'XX', channel: 'wire', outcome: 'open' };
  return Array.from({ length: count }, (_, place) => ({ ...row, customerId: `customer-${place}`, ...change }));
}

/** Code of the refusal that work ends in, `none` when it does not. */
export async function codeOf(work: () => unknown): Promise<string> {
  return (await refusalOf(work))?.code ?? 'none';
}

/** `CODE/verdict` of the refusal that work ends in. */
export async function judgementOf(work: () => unknown): Promise<string> {
  const refusal = await refusalOf(work);
  return refusal === undefined ? 'none' : `${refusal.code}/${refusal.verdict}`;
}

async function refusalOf(work: () => unknown): Promise<ConcordatError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof ConcordatError) return error;
    throw error;
  }
}
