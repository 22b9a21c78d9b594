import * as z from 'zod';
import { SWEEP_TYPOLOGIES } from '../../../config/typologies/sweep.ts';
import type { DetectionRun } from '../../triage/detectors/detection-desk.ts';
import type { DetectionHit } from '../../triage/detectors/stream/open-hits.ts';

const COUNT = z.int().min(0);
const TIME = z.iso.datetime();

/** A run of the detectors, with its figures when it is over. */
export const DETECTION_RUN = z.strictObject({
  run_id: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  code: z.string().nullable(),
  from: TIME.nullable(),
  to: TIME.nullable(),
  as_of: TIME.describe('transfers known later were not looked at'),
  transfers: COUNT.nullable().describe('of the range'),
  hits: z.array(z.strictObject({ typology: z.string(), description: z.string(), hits: COUNT })).nullable(),
  left_out: COUNT.nullable().describe('weaker hits that are not kept'),
});

/** A hit with its path. */
export const DETECTION = z.strictObject({
  hit_id: z.string(),
  typology: z.string(),
  strength: z.number().describe('above 0, at most 1'),
  centre: z
    .string()
    .nullable()
    .describe('account whose pattern it is, `account:<agency>:<id>`; null where it has none'),
  accounts: z.array(z.string()),
  first: TIME,
  last: TIME,
  known_at: TIME,
  path: z.array(
    z.strictObject({
      transfer_id: z.string(),
      from: z.string(),
      to: z.string(),
      amount_minor: z.string(),
      currency: z.string(),
      at: TIME,
    }),
  ),
});

/** A run in the names of the interface. */
export function detectionRunView({
  asOfMs,
  code,
  order,
  report,
  runId,
  state,
}: DetectionRun): z.input<typeof DETECTION_RUN> {
  const counts = new Map<string, number>();
  for (const { typology } of report?.hits ?? []) counts.set(typology, (counts.get(typology) ?? 0) + 1);
  return {
    run_id: runId,
    state,
    code,
    from: order.fromMs === null ? null : timeOf(order.fromMs),
    to: order.toMs === null ? null : timeOf(order.toMs),
    as_of: timeOf(asOfMs),
    transfers: report?.transfers ?? null,
    hits:
      report &&
      SWEEP_TYPOLOGIES.flatMap(({ description, id }) => {
        const hits = counts.get(id);
        return hits === undefined ? [] : [{ typology: id, description, hits }];
      }),
    left_out: report?.leftOut ?? null,
  };
}

/** A hit in the names of the interface. */
export function detectionView(hit: DetectionHit): z.input<typeof DETECTION> {
  const { accounts, centre, firstMs, hitId, knownAtMs, lastMs, path, strength, typology } = hit;
  return {
    hit_id: hitId,
    typology,
    strength,
    centre,
    accounts: [...accounts],
    first: timeOf(firstMs),
    last: timeOf(lastMs),
    known_at: timeOf(knownAtMs),
    path: path.map(({ amount, atMs, currency, from, to, transferId }) => {
      return { transfer_id: transferId, from, to, amount_minor: String(amount), currency, at: timeOf(atMs) };
    }),
  };
}

function timeOf(atMs: number): string {
  return new Date(atMs).toISOString();
}
