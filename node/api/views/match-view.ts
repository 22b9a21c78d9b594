import * as z from 'zod';
import type { FtmExample } from '../../formats/ftm/example.ts';
import { ftmEntity } from '../../formats/ftm/entity.ts';
import type { ScreeningFinding, ScreeningResult } from '../screening-ports.ts';

const PROPERTIES = z.record(z.string(), z.array(z.string()));
const SHARE = z.number().min(0).max(1);

const EXPLANATION = z.strictObject({
  score: z.number().describe('what the feature adds to the score, or takes from it'),
  detail: z.string().nullable(),
  query: z.string().nullable(),
  candidate: z.string().nullable(),
});

const RESULT = z.strictObject({
  id: z.string(),
  caption: z.string(),
  schema: z.string(),
  properties: PROPERTIES,
  datasets: z.array(z.string()),
  referents: z.array(z.string()).describe("the list's own id"),
  target: z.boolean(),
  first_seen: z.null(),
  last_seen: z.iso.datetime().describe('when the version of the list that is in force was imported'),
  last_change: z.null(),
  score: SHARE,
  features: z.record(z.string(), z.number()).describe('add up to the score'),
  explanations: z.record(z.string(), EXPLANATION),
  match: z.boolean().describe('whether the score reaches the threshold'),
});

const EXAMPLE = z.strictObject({ id: z.string().nullable(), schema: z.string(), properties: PROPERTIES });

const MATCHES = z.strictObject({
  status: z.int(),
  results: z.array(RESULT),
  total: z.strictObject({ value: z.int(), relation: z.literal('eq') }),
  query: EXAMPLE,
});

/** The answer to a batch of examples, in yente's shape. */
export const MATCH_RESPONSE = z.strictObject({
  responses: z.record(z.string(), MATCHES),
  matcher: z.record(z.string(), z.strictObject({ description: z.string(), coefficient: z.number(), url: z.string() })),
  limit: z.int(),
});

/** What each feature of a score looks at, as yente documents its own. */
const FEATURES: Readonly<Record<string, string>> = {
  name: 'How alike the parts of the names are that belong together.',
  conflicting_parts: 'Parts that both names have and that are different.',
  extra_parts: 'Parts that only one name has.',
  number: 'Numbers in the names of organisations and vessels that differ or are missing.',
  organisation_form: 'Forms of organisations of another class.',
  name_only_cap: 'A name by itself is never certain.',
  date_of_birth: 'Dates of birth that agree, nearly agree or contradict.',
  country: 'Countries that agree or differ.',
  entity_type: 'One is a person and the other an organisation.',
  identifier: 'The same paper, register number, ship or wallet.',
};

/** Documentation of the features. */
export const MATCHER: z.input<typeof MATCH_RESPONSE>['matcher'] = Object.fromEntries(
  Object.entries(FEATURES).map(([name, description]) => [name, { description, coefficient: 1, url: '/api/v1/docs' }]),
);

/** One example's answer. */
export function matchesView(
  { total, findings }: ScreeningResult,
  query: FtmExample & { readonly id: string | null },
  threshold: number,
): z.input<typeof MATCHES> {
  const { id, schema, properties } = query;
  return {
    status: 200,
    results: findings.map((finding) => resultView(finding, threshold)),
    total: { value: total, relation: 'eq' },
    query: { id, schema, properties: listsOf(properties) },
  };
}

function resultView(finding: ScreeningFinding, threshold: number): z.input<typeof RESULT> {
  const { properties, datasets, referents, ...entity } = ftmEntity(finding.entry);
  return {
    ...entity,
    properties: listsOf(properties),
    datasets: [...datasets],
    referents: [...referents],
    first_seen: null,
    last_seen: new Date(finding.knownAtMs).toISOString(),
    last_change: null,
    score: finding.score,
    features: featureScores(finding),
    explanations: explanationsOf(finding),
    match: finding.score >= threshold,
  };
}

/** Points by feature; one that comes in twice, as a number of each name, is summed. */
export function featureScores({ features }: Pick<ScreeningFinding, 'features'>): Record<string, number> {
  const scores: Record<string, number> = {};
  for (const { name, contribution } of features) scores[name] = (scores[name] ?? 0) + contribution;
  return scores;
}

function explanationsOf(finding: ScreeningFinding): z.input<typeof RESULT>['explanations'] {
  const { queryName, matchedName } = finding;
  return Object.fromEntries(
    Object.entries(featureScores(finding)).map(([name, score]) => [
      name,
      name === 'name'
        ? { score, detail: pairsText(finding), query: queryName, candidate: matchedName }
        : { score, detail: detailOf(name, finding), query: null, candidate: null },
    ]),
  );
}

function detailOf(name: string, finding: ScreeningFinding): string | null {
  if (name === 'conflicting_parts' || name === 'extra_parts') return restText(finding);
  return FEATURES[name] ?? null;
}

/** `anna = anna (same 1.00); bill = william (nickname 0.85)` */
export function pairsText({ pairs }: Pick<ScreeningFinding, 'pairs'>): string {
  return pairs
    .map(({ query, entry, because, similarity }) => `${query} = ${entry} (${because} ${similarity.toFixed(2)})`)
    .join('; ');
}

/** What was left over: `query: maria; entry: otto`. */
export function restText({ queryRest, entryRest }: Pick<ScreeningFinding, 'queryRest' | 'entryRest'>): string {
  const sides = [
    ['query', queryRest],
    ['entry', entryRest],
  ] as const;
  return sides
    .filter(([, rest]) => rest.length > 0)
    .map(([side, rest]) => `${side}: ${rest.join(' ')}`)
    .join('; ');
}

function listsOf(properties: FtmExample['properties']): Record<string, string[]> {
  return Object.fromEntries(Object.entries(properties).map(([name, values]) => [name, [...values]]));
}
