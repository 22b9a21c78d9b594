import type { Marking } from '../../proto/domain/marking.ts';
import { defineCollection } from '../ledger/collection.ts';

/** proposed: a person is to look. merged: one. rejected: a person said that they are two. withdrawn: no longer one. */
export const MERGE_STATES = ['proposed', 'merged', 'rejected', 'withdrawn'] as const;
export type MergeState = (typeof MERGE_STATES)[number];

/** What one attribute said for or against it, in log-odds. */
export type MergeFeature = { readonly name: string; readonly agreement: string; readonly contribution: number };

/** That two customers' records are, or are not, of one person or organisation. Never changed: the latest of a pair holds. */
export type MergeAssertion = {
  /** Customers' ids, the smaller first. */
  readonly one: string;
  readonly other: string;
  /** From 1 for each pair. */
  readonly ordinal: number;
  readonly state: MergeState;
  /** 0 to 1, as the resolver had it when it found the pair; its features and what held it down. */
  readonly score: number;
  readonly features: readonly MergeFeature[];
  readonly ceilings: readonly string[];
  /** Name and version of the resolver that scored it. */
  readonly model: string;
  /** Person, or the resolver. */
  readonly decidedBy: string;
  readonly reason: string | null;
  /** Business time from which it holds. */
  readonly knownAtMs: number;
  /** The highest of both records. */
  readonly marking: Marking;
};

/** An assertion as the text that the node signed. */
export type SignedMerge = {
  readonly one: string;
  readonly other: string;
  readonly ordinal: number;
  /** The assertion as JSON. */
  readonly statement: string;
  /** Peer id of the node that signed it, and its Ed25519 signature in base64url. */
  readonly signer: string;
  readonly signature: string;
};

/** Key `<one>/<other>/<ordinal>`. */
export const MERGES = defineCollection<SignedMerge>({
  space: 'entityMerge',
  keyOf: ({ one, other, ordinal }) => `${one}/${other}/${String(ordinal).padStart(6, '0')}`,
  markingOf: (merge) => assertionOf(merge).marking,
});

/** What was signed; values of the ledger are trusted, as they were checked when they were written. */
export function assertionOf({ statement }: SignedMerge): MergeAssertion {
  return JSON.parse(statement) as MergeAssertion;
}
