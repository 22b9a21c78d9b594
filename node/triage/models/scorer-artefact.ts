import * as z from 'zod';
import { ALERT_TYPES, type AlertType } from '../../../proto/domain/alert.ts';
import { RISK_COMPONENTS, type RiskComponent } from '../../../proto/domain/decision.ts';
import { FEATURES } from '../features/feature-table.ts';
import { ACCOUNT_FEATURES } from '../features/account-features.ts';
import { triageRefusal } from '../errors.ts';
import type { LinearHead } from './linear-head.ts';
import type { Knot } from './points.ts';

const NUMBER = z.number();
const SHARE = z.number().min(0).max(1);
const DIGEST = z.string().regex(/^[0-9a-f]{16}$/);

function isAbove(knot: Knot, before: Knot | undefined): boolean {
  return before === undefined || (knot.logOdds > before.logOdds && knot.points > before.points);
}

function head(features: readonly string[]) {
  const term = z.strictObject({ feature: z.enum(features), weight: NUMBER, center: NUMBER });
  return z.strictObject({ intercept: NUMBER, terms: z.array(term) });
}

const SCALE = z.strictObject({
  /** In rising order of both. */
  knots: z
    .array(z.strictObject({ logOdds: NUMBER, points: z.number().min(0).max(100) }))
    .min(2)
    .refine((knots) => knots.every((knot, place) => isAbove(knot, knots[place - 1]))),
  /** Points of one more of log-odds between the thresholds: what a feature's contribution is shown as. */
  perLogOdds: z.number().positive(),
});

const WEIGHTS = z
  .record(z.enum(RISK_COMPONENTS), SHARE)
  .refine((weights) => Math.abs(Object.values(weights).reduce((sum, weight) => sum + weight, 0) - 1) < 1e-9);

const ARTEFACT = z.strictObject({
  format: z.literal(1),
  /** Name and version as they stand in each decision. */
  name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  version: z.string().regex(/^[0-9a-z.-]{1,32}$/),
  /** Scores any account from its own transfers: the counterparties of an alert's account. */
  counterparty: head(ACCOUNT_FEATURES),
  /** Scores the account of an alert, with all features. */
  subject: head(FEATURES.map(({ name }) => name)),
  /** Risk points of both scored components together, by log-odds. */
  scale: SCALE,
  /** Weights of the five components by type of alert. */
  weights: z.record(z.enum(ALERT_TYPES), WEIGHTS),
  /** Largest value of each own feature in training: beyond it the scorer guesses. */
  largest: z.record(z.string(), NUMBER),
  training: z.strictObject({
    rows: z.int().min(0),
    positives: z.int().min(0),
    /** First 8 bytes of the SHA-256 of each training row's agency and alert id, sorted, and of its parents': an evaluation refuses an overlap. */
    rowDigests: z.array(DIGEST),
    metrics: z.record(z.string(), NUMBER),
    /** As of when the first and the last of its rows were known; null where that is not known. */
    span: z.strictObject({ fromMs: NUMBER, untilMs: NUMBER }).nullable().default(null),
    /** Name and version of the model that its weights were drawn to. */
    parent: z.string().nullable().default(null),
  }),
});

/** A trained scorer: data, no code. */
export type ScorerArtefact = {
  readonly format: 1;
  readonly name: string;
  readonly version: string;
  readonly counterparty: LinearHead;
  readonly subject: LinearHead;
  readonly scale: { readonly knots: readonly Knot[]; readonly perLogOdds: number };
  readonly weights: Readonly<Record<AlertType, Readonly<Record<RiskComponent, number>>>>;
  readonly largest: Readonly<Record<string, number>>;
  readonly training: {
    readonly rows: number;
    readonly positives: number;
    readonly rowDigests: readonly string[];
    readonly metrics: Readonly<Record<string, number>>;
    readonly span: { readonly fromMs: number; readonly untilMs: number } | null;
    readonly parent: string | null;
  };
};

/** Name and version, as they stand in each decision. */
export function modelId({ name, version }: Pick<ScorerArtefact, 'name' | 'version'>): string {
  return `${name}/${version}`;
}

/**
 * Reads a scorer artefact. What peers gave may never count against an alert's customer less than nothing, so their
 * weights are checked to be 0 or more and to count from 0.
 * @throws TRIAGE_MODEL naming the field
 */
export function parseScorerArtefact(value: unknown): ScorerArtefact {
  const parsed = ARTEFACT.safeParse(value);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? '$';
    throw triageRefusal('TRIAGE_MODEL', { detail: { field } });
  }
  for (const { name, rises, fromPeers } of FEATURES) {
    const term = parsed.data.subject.terms.find(({ feature }) => feature === name);
    if (term === undefined) continue;
    if ((rises && term.weight < 0) || (fromPeers && term.center !== 0))
      throw triageRefusal('TRIAGE_MODEL', { detail: { field: `subject.${name}` } });
  }
  const { transaction, network } = parsed.data.weights.TRANSACTION;
  if ((parsed.data.scale.knots.at(-1)?.points ?? 0) > 100 * (transaction + network) + 1e-9)
    throw triageRefusal('TRIAGE_MODEL', { detail: { field: 'scale.knots' } });
  return parsed.data;
}
