import type { Evidence } from '../../../proto/domain/decision.ts';
import type { ExternalAnswer } from '../ports.ts';

const KINDS = { adverse_media: 'adverse media', corporate_fact: 'corporate fact' } as const;

/** Evidence of what an outside source said, each piece with where it comes from. It enters no score. */
export function externalEvidence({ facts, source }: ExternalAnswer): readonly Evidence[] {
  return facts.map(({ day, factId, kind, publisher, text }, place) => ({
    evidenceId: `external:${place + 1}`,
    kind: `external_${kind}`,
    summary: `${KINDS[kind]} of ${day}, ${publisher}: ${text}`,
    source: `${source} ${factId}`,
    fromPeers: false,
  }));
}

/** Ids of the evidence that an outside source gave. */
export function externalIds(evidence: readonly Evidence[]): readonly string[] {
  return evidence.filter(({ kind }) => kind.startsWith('external_')).map(({ evidenceId }) => evidenceId);
}
