import * as z from 'zod';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { ListEntry } from '../../../proto/domain/records.ts';
import { datasetOf, ftmId, schemaOf, topicsOf } from '../../formats/ftm/entity.ts';
import { type FtmExample, type FtmSubject, subjectOf } from '../../formats/ftm/example.ts';
import type { ListVersion } from '../../records/lists/list-version.ts';
import { apiRefusal } from '../refusal.ts';
import { type ApiRoute, route } from '../route.ts';
import type { ScreeningDesk } from '../screening-ports.ts';
import { MATCH_RESPONSE, MATCHER, matchesView } from '../views/match-view.ts';

export type MatchRouteDeps = { readonly screening: ScreeningDesk };

const TEXT = z.string().max(LIMITS.alertTextCharacters);
const VALUE = z.union([TEXT, z.number()]).transform(String);
/** yente takes a bare value for a list of one, and null for an empty one. */
const VALUES = z
  .union([z.array(VALUE.nullable()).max(LIMITS.matchPropertyValues), VALUE, z.null()])
  .transform((values) => [values].flat().flatMap((value) => (value === null || value === '' ? [] : [value])));
const EXAMPLE = z.strictObject({
  id: TEXT.nullish(),
  schema: z.string().min(1).max(64),
  properties: z.record(z.string().max(64), VALUES),
});
const NOTHING = z.strictObject({}).optional().describe('the weights here are fixed: every threshold rests on them');
const BODY = z.strictObject({
  queries: z.record(z.string().min(1).max(256), EXAMPLE),
  weights: NOTHING,
  config: NOTHING,
});

const MANY = z
  .union([TEXT, z.array(TEXT).max(LIMITS.matchPropertyValues)])
  .default([])
  .transform((values) => [values].flat());
const SHARE = z.coerce.number().min(0).max(1);
const QUERY = z.strictObject({
  limit: z.coerce.number().int().min(1).max(LIMITS.matchResults).default(5),
  threshold: SHARE.optional().describe('least score of a result that counts as a match'),
  cutoff: SHARE.default(0.7).describe('least score of a result that is given; never above the threshold'),
  algorithm: z.string().max(64).default('best'),
  include_dataset: MANY,
  exclude_dataset: MANY,
  exclude_schema: MANY,
  exclude_entity_ids: MANY,
  topics: MANY.describe('only entries with one of these'),
});
type Filters = Pick<
  z.output<typeof QUERY>,
  'include_dataset' | 'exclude_dataset' | 'exclude_schema' | 'exclude_entity_ids' | 'topics'
>;

/** There is one scorer; `best` is what callers ask for who leave the choice to the server. */
const ALGORITHMS: readonly string[] = ['best', 'concordat'];
/** Every list in force. */
const ALL_LISTS = 'default';

/** Screening as yente offers it: single and batch. */
export function matchRoutes({ screening }: MatchRouteDeps): readonly ApiRoute[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/match/:dataset',
      summary: 'Looks examples up in the lists in force: yente’s request and response. `default` is all lists.',
      params: z.strictObject({ dataset: z.string().min(1).max(128) }),
      query: QUERY,
      body: BODY,
      answers: { 200: MATCH_RESPONSE },
      handle: async ({ params, query, body, signal, about }) => {
        about(`dataset:${params.dataset.replace(/[^\p{L}\p{N}_-]/gu, '?')}`);
        if (!ALGORITHMS.includes(query.algorithm)) throw apiRefusal('SCREENING_ALGORITHM');
        const lists = listsFor(params.dataset, await screening.lists(), query);
        const examples = examplesOf(body.queries);
        const threshold = query.threshold ?? screening.threshold;
        const cutoff = Math.min(query.cutoff, threshold);
        const responses: z.input<typeof MATCH_RESPONSE>['responses'] = {};
        for (const { key, example, subject } of examples) {
          const accepts = acceptance(subject, query);
          const result = await screening.screen(subject, { lists, accepts, cutoff, limit: query.limit }, signal);
          responses[key] = matchesView(result, example, threshold);
        }
        return { status: 200, body: { responses, matcher: MATCHER, limit: query.limit } };
      },
    }),
  ];
}

type Asked = {
  readonly key: string;
  readonly example: FtmExample & { readonly id: string | null };
  readonly subject: FtmSubject;
};

/** @throws API_INVALID for no or too many queries, SCREENING_SCHEMA, each with the field */
function examplesOf(queries: z.output<typeof BODY>['queries']): readonly Asked[] {
  const entries = Object.entries(queries);
  if (entries.length === 0 || entries.length > LIMITS.matchQueries)
    throw apiRefusal('API_INVALID', { detail: { field: 'queries' } });
  return entries.map(([key, { id = null, schema, properties }]) => {
    const example = { id, schema, properties };
    const subject = subjectOf(example);
    if (subject === undefined) throw apiRefusal('SCREENING_SCHEMA', { detail: { field: 'queries.schema' } });
    return { key, example, subject };
  });
}

/** A dataset is a list by its name, a kind of lists, or all of them. @throws SCREENING_DATASET */
function listsFor(dataset: string, inForce: readonly ListVersion[], filters: Filters): readonly ListVersion[] {
  const asked = datasetOf(dataset);
  const lists = inForce.filter(
    ({ listName, listKind }) =>
      asked === ALL_LISTS || asked === datasetOf(listName) || asked === listKind.toLowerCase(),
  );
  if (lists.length === 0 && asked !== ALL_LISTS) throw apiRefusal('SCREENING_DATASET');
  const [included, excluded] = [filters.include_dataset.map(datasetOf), filters.exclude_dataset.map(datasetOf)];
  return lists.filter(
    ({ listName }) =>
      (included.length === 0 || included.includes(datasetOf(listName))) && !excluded.includes(datasetOf(listName)),
  );
}

function acceptance({ schemata }: FtmSubject, filters: Filters): (entry: ListEntry) => boolean {
  const { exclude_schema, exclude_entity_ids, topics } = filters;
  return (entry) => {
    const schema = schemaOf(entry);
    if (!schemata.includes(schema) || exclude_schema.includes(schema)) return false;
    if (exclude_entity_ids.includes(ftmId(entry)) || exclude_entity_ids.includes(entry.entryId)) return false;
    return topics.length === 0 || topicsOf(entry.listKind).some((topic) => topics.includes(topic));
  };
}
