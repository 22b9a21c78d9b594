import type { Rest } from '../rest.ts';
import { mapWithLimit } from './map-with-limit.ts';

/** A decision as `GET /alerts/:id/decisions` gives it, as far as it is looked at here. */
export type RestDecision = {
  readonly alert_id: string;
  readonly ordinal: number;
  readonly as_of: string;
  readonly disposition: string;
  readonly risk_score: number;
  readonly confidence: number;
  readonly contributions: readonly {
    readonly feature: string;
    readonly points: number;
    readonly from_peers: boolean;
  }[];
  readonly evidence: readonly { readonly summary: string; readonly from_peers: boolean }[];
  readonly counterfactual: {
    readonly risk_score_alone: number;
    readonly disposition_alone: string;
    readonly cost: Readonly<Record<string, number>>;
  } | null;
  readonly reopened_by: string | null;
};

/** An alert with every decision on it, first to last. */
export type DecidedAlert = {
  readonly agencyId: string;
  readonly alertId: string;
  readonly decisions: readonly RestDecision[];
};

const CALLS_AT_ONCE = 8;

/** Reads every decision on these alerts from their node. */
export async function decisionsOf(
  agencyId: string,
  rest: Rest,
  alertIds: readonly string[],
): Promise<readonly DecidedAlert[]> {
  return mapWithLimit(alertIds, CALLS_AT_ONCE, async (alertId) => {
    const path = `/api/v1/alerts/${encodeURIComponent(alertId)}/decisions`;
    const { items } = await rest.get<{ readonly items: readonly RestDecision[] }>(path);
    return { agencyId, alertId, decisions: items };
  });
}

/** ESCALATE_L3 or higher. */
export function isFound(disposition: string): boolean {
  return FOUND.has(disposition);
}

const FOUND: ReadonlySet<string> = new Set(['ESCALATE_L3', 'ESCALATE_SAR', 'BLOCK_TRANSACTION']);
