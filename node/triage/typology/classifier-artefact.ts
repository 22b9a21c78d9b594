import * as z from 'zod';
import { triageRefusal } from '../errors.ts';
import type { LinearHead } from '../models/linear-head.ts';

const NUMBER = z.number();
const HEAD = z.strictObject({
  intercept: NUMBER,
  terms: z.array(z.strictObject({ feature: z.string(), weight: NUMBER, center: NUMBER })),
});

const ARTEFACT = z.strictObject({
  format: z.literal(1),
  name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  version: z.string().regex(/^[0-9a-z.-]{1,32}$/),
  /** A head for each typology that training rows had: this one against all others, given that the alert is true. */
  trained: z.record(z.string(), HEAD),
  /** For the others: log-odds of a detector's hit, by its strength from 0 to 1. */
  ruled: z.strictObject({ intercept: NUMBER, perStrength: z.number().min(0) }),
  training: z.strictObject({
    rows: z.int().min(0),
    /** Rows of each typology. */
    positives: z.record(z.string(), z.int().min(0)),
    /** As in a scorer artefact: an evaluation refuses an overlap. */
    rowDigests: z.array(z.string().regex(/^[0-9a-f]{16}$/)),
    metrics: z.record(z.string(), NUMBER),
    /** Version of the table of typologies whose detectors gave the features. */
    typologies: z.string(),
  }),
});

/** A trained classifier of typologies: data, no code. */
export type ClassifierArtefact = {
  readonly format: 1;
  readonly name: string;
  readonly version: string;
  readonly trained: Readonly<Record<string, LinearHead>>;
  readonly ruled: { readonly intercept: number; readonly perStrength: number };
  readonly training: {
    readonly rows: number;
    readonly positives: Readonly<Record<string, number>>;
    readonly rowDigests: readonly string[];
    readonly metrics: Readonly<Record<string, number>>;
    readonly typologies: string;
  };
};

/** Reads a classifier artefact. @throws TRIAGE_MODEL naming the field */
export function parseClassifier(value: unknown): ClassifierArtefact {
  const parsed = ARTEFACT.safeParse(value);
  if (parsed.success) return parsed.data;
  throw triageRefusal('TRIAGE_MODEL', { detail: { field: parsed.error.issues[0]?.path.join('.') ?? '$' } });
}
