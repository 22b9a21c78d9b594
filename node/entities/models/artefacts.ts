import * as z from 'zod';
import { entityError } from '../errors.ts';
import links from './link-inference.json' with { type: 'json' };
import propensity from './risk-propensity.json' with { type: 'json' };

const SHARE = z.number().min(0).max(1);
const HEAD = {
  format: z.literal(1),
  name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  version: z.string().regex(/^[0-9a-z.-]{1,32}$/),
  /** Where the numbers come from. */
  basis: z.string(),
};

const LINKS = z.strictObject({
  ...HEAD,
  /** What one shared identifier that nobody else has makes probable. */
  identifiers: z.strictObject({ national_id: SHARE, email: SHARE, phone: SHARE, address: SHARE }),
  /** An identifier that so many have, or more, is a hub and joins nobody. */
  hubHolders: z.int().min(3),
  /** Surprise is −log10 of the probability that chance gives so many shared counterparties. */
  counterparties: z.strictObject({
    leastShared: z.int().min(1),
    leastSurprise: z.number().min(0),
    fullSurprise: z.number().positive(),
    most: SHARE,
  }),
  transfers: z.strictObject({ each: SHARE, most: SHARE }),
});

const RISING = z.number().min(0);
const PROPENSITY = z.strictObject({
  ...HEAD,
  /** Log-odds of an entity of which nothing is known. */
  intercept: z.number(),
  case: z.strictObject({ perRiskPoint: RISING, halfLifeDays: z.number().positive(), most: RISING }),
  typology: z.strictObject({ each: RISING, most: RISING }),
  outcome: z.strictObject({ truePositive: RISING, falsePositive: z.number().max(0) }),
  listed: z.strictObject({ blocked: RISING, reported: RISING }),
  link: z.strictObject({ perLogOdds: RISING, most: RISING, leastConfidence: SHARE }),
});

/** What links are inferred with: data, no code. */
export type LinkModel = z.output<typeof LINKS>;
/** What propensities are computed with: data, no code. */
export type PropensityModel = z.output<typeof PROPENSITY>;

/** Name and version, as they stand in what a model said. */
export function entityModelId({ name, version }: Pick<LinkModel, 'name' | 'version'>): string {
  return `${name}/${version}`;
}

/** The model of links that the program ships. @throws ENTITY_MODEL */
export function linkModel(value: unknown = links): LinkModel {
  return parse(LINKS, value);
}

/** The model of propensities that the program ships. @throws ENTITY_MODEL */
export function propensityModel(value: unknown = propensity): PropensityModel {
  return parse(PROPENSITY, value);
}

function parse<Model>(schema: z.ZodType<Model>, value: unknown): Model {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw entityError('ENTITY_MODEL', { detail: { field: parsed.error.issues[0]?.path.join('.') ?? '$' } });
}
