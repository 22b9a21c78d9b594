import { defineCollection } from '../../ledger/collection.ts';
import type { Comparison } from '../learning/compare.ts';
import { TRIAGE_MARKING } from '../markings.ts';
import type { SignedModel } from './signed-model.ts';

/** How a model came into the registry. */
export const MODEL_ORIGINS = ['built_in', 'trained', 'rescaled', 'imported'] as const;
export type ModelOrigin = (typeof MODEL_ORIGINS)[number];

/** A model that was put into the registry. Never changed. */
export type StoredModel = {
  readonly modelId: string;
  readonly signed: SignedModel;
  readonly origin: Exclude<ModelOrigin, 'built_in'>;
  /** Who had it trained, set its scale or brought it in: somebody else must approve it. */
  readonly madeBy: string;
  readonly madeAtMs: number;
};

/** What a model was last compared with. */
export type StoredComparison = Comparison & { readonly modelId: string; readonly comparedAtMs: number };

/** That a model came into force: by approval, or because the one after it was rolled back. */
export type Activation = {
  /** From 1, without gaps. */
  readonly ordinal: number;
  readonly kind: 'approved' | 'rolled_back';
  readonly modelId: string;
  /** Business time from which decisions are made with it. */
  readonly fromMs: number;
  readonly person: string;
  readonly atMs: number;
};

/** Key `model/<name>/<version>`. */
export const MODELS = defineCollection<StoredModel>({
  space: 'model',
  keyOf: ({ modelId }) => `model/${modelId}`,
  markingOf: () => TRIAGE_MARKING,
});

/** Key `comparison/<name>/<version>`. */
export const COMPARISONS = defineCollection<StoredComparison>({
  space: 'model',
  keyOf: ({ modelId }) => `comparison/${modelId}`,
  markingOf: () => TRIAGE_MARKING,
});

/** Key `activation/<ordinal>`. */
export const ACTIVATIONS = defineCollection<Activation>({
  space: 'model',
  keyOf: ({ ordinal }) => activationKey(ordinal),
  markingOf: () => TRIAGE_MARKING,
});

export function activationKey(ordinal: number): string {
  return `activation/${String(ordinal).padStart(6, '0')}`;
}
