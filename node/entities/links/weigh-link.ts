import type { LinkModel } from '../models/artefacts.ts';
import { surprise } from './chance.ts';

export const SHARED_KINDS = ['national_id', 'email', 'phone', 'address'] as const;
export type SharedKind = (typeof SHARED_KINDS)[number];

/** What two customers have in common, before it is judged. */
export type Shared = {
  /** By identifier that both have: how many customers of the agency have it. */
  readonly identifiers: readonly { readonly kind: SharedKind; readonly key: string; readonly holders: number }[];
  /** Accounts that both dealt with, how many chance would give, and with how many others the pair was compared. */
  readonly counterparties: { readonly keys: readonly string[]; readonly expected: number; readonly compared: number };
  /** Transfers between them. */
  readonly transferIds: readonly string[];
};

/** One thing that speaks for a link. */
export type LinkReason = {
  readonly kind: SharedKind | 'counterparties' | 'transfers';
  /** What it alone makes probable, 0 to 1. */
  readonly confidence: number;
  /** Keys of the elements of the graph that it rests on, the first of them. */
  readonly elements: readonly string[];
  /** Customers that have the identifier; counterparties or transfers that both have. */
  readonly count: number;
};

/** Elements that a reason names. */
const NAMED_ELEMENTS = 10;

/**
 * Judges what two customers have in common. Reasons count as independent: the confidence is that at least one of them
 * is right. An identifier says the less the more customers have it, and nothing from the model's hub size on.
 * @returns reasons, strongest first, and their joint confidence, 0 to 1
 */
export function weighLink(
  model: LinkModel,
  shared: Shared,
): { readonly confidence: number; readonly reasons: readonly LinkReason[] } {
  const reasons = [
    ...shared.identifiers.map(({ holders, key, kind }) => ({
      kind,
      confidence: holders >= model.hubHolders ? 0 : model.identifiers[kind] / Math.max(1, holders - 1),
      elements: [key],
      count: holders,
    })),
    counterpartyReason(model, shared.counterparties),
    {
      kind: 'transfers' as const,
      confidence: Math.min(model.transfers.most, model.transfers.each * shared.transferIds.length),
      elements: shared.transferIds.slice(0, NAMED_ELEMENTS),
      count: shared.transferIds.length,
    },
  ].filter(({ confidence }) => confidence > 0);
  const wrong = reasons.reduce((product, { confidence }) => product * (1 - confidence), 1);
  return { confidence: 1 - wrong, reasons: reasons.sort((one, other) => other.confidence - one.confidence) };
}

function counterpartyReason(
  { counterparties: limits }: LinkModel,
  { compared, expected, keys }: Shared['counterparties'],
): LinkReason {
  // Whoever is compared with many will meet a coincidence: Bonferroni's correction, in logarithms.
  const found = surprise(keys.length, expected) - Math.log10(Math.max(1, compared));
  const share = (found - limits.leastSurprise) / (limits.fullSurprise - limits.leastSurprise);
  const enough = keys.length >= limits.leastShared && share > 0;
  return {
    kind: 'counterparties',
    confidence: enough ? limits.most * Math.min(1, share) : 0,
    elements: keys.slice(0, NAMED_ELEMENTS),
    count: keys.length,
  };
}
