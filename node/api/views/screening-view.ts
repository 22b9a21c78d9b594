import * as z from 'zod';
import { LIST_KINDS } from '../../../proto/domain/records.ts';
import type { CustomerScreening } from '../screening-ports.ts';
import { featureScores } from './match-view.ts';

const SHARE = z.number().min(0).max(1);
const HIT = z.strictObject({
  list_name: z.string(),
  list_version: z.string(),
  list_kind: z.enum(LIST_KINDS),
  entry_id: z.string(),
  matched_name: z.string(),
  query_name: z.string(),
  score: SHARE,
  name_score: SHARE.describe('of the names alone'),
  features: z.record(z.string(), z.number()).describe('add up to the score'),
  pairs: z
    .array(z.strictObject({ query: z.string(), entry: z.string(), similarity: SHARE, because: z.string() }))
    .describe('parts of the names that belong together, in Latin letters'),
  query_rest: z.array(z.string()).describe("parts that only the customer's name has"),
  entry_rest: z.array(z.string()).describe("parts that only the entry's name has"),
  whitelisted: z.boolean(),
});
/** A customer's hits in the lists in force, each explained. */
export const SCREENING = z.strictObject({
  customer_id: z.string(),
  as_of: z.iso.datetime(),
  lists: z.array(z.strictObject({ list_name: z.string(), list_version: z.string() })),
  hits: z.array(HIT),
});

/** A screening in the names of the interface. */
export function screeningView({ customer, asOfMs, lists, findings }: CustomerScreening): z.input<typeof SCREENING> {
  return {
    customer_id: customer.customerId,
    as_of: new Date(asOfMs).toISOString(),
    lists: lists.map(({ listName, listVersion }) => ({ list_name: listName, list_version: listVersion })),
    hits: findings.map((finding) => ({
      list_name: finding.entry.listName,
      list_version: finding.entry.listVersion,
      list_kind: finding.entry.listKind,
      entry_id: finding.entry.entryId,
      matched_name: finding.matchedName,
      query_name: finding.queryName,
      score: finding.score,
      name_score: finding.nameScore,
      features: featureScores(finding),
      pairs: finding.pairs.map((pair) => ({ ...pair })),
      query_rest: [...finding.queryRest],
      entry_rest: [...finding.entryRest],
      whitelisted: finding.whitelisted,
    })),
  };
}
