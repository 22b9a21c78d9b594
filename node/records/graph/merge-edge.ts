import type { GraphEdge } from '../../graph/graph-store.ts';
import { assertionOf, type SignedMerge } from '../merges.ts';
import type { Taken } from './elements.ts';
import { customerKey } from './entity-keys.ts';

/** The edge of a pair, in the state that was asserted last by a time: a withdrawal says the same edge anew. */
export function mergeEdge(
  agency: string,
  merge: SignedMerge,
  { ingestedAtMs, version }: Omit<Taken, 'marking'>,
): GraphEdge {
  const { decidedBy, knownAtMs, marking, model, one, ordinal, other, score, state } = assertionOf(merge);
  const [from, to] = [customerKey(agency, one), customerKey(agency, other)];
  return {
    edgeId: `same_as|${from}|${to}`,
    kind: 'same_as',
    from,
    to,
    occurredAtMs: 0,
    knownAtMs,
    amountMinor: null,
    currency: null,
    properties: { state, model, decided_by: decidedBy },
    provenance: {
      source: 'merges',
      sourceId: `${one}/${other}/${ordinal}`,
      ingestedAtMs,
      confidence: score,
      version,
    },
    marking,
  };
}
