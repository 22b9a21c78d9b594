import * as z from 'zod';
import { LIMITS } from '../../../config/settings/limits.ts';
import { SWEEP_TYPOLOGIES } from '../../../config/typologies/sweep.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { DetectionHit } from '../../triage/detectors/stream/open-hits.ts';
import type { DetectionWatch } from '../../triage/detectors/detection-watch.ts';
import type { DetectionDesk, DetectionRun } from '../../triage/detectors/detection-desk.ts';
import { cursorAfter, keyOfCursor, PAGE_QUERY, pageOf } from '../cursor.ts';
import { apiRefusal } from '../refusal.ts';
import { type ApiRoute, route } from '../route.ts';
import { DETECTION, DETECTION_RUN, detectionRunView, detectionView } from '../views/detection-view.ts';

export type DetectionRouteDeps = {
  readonly detections: Pick<DetectionDesk, 'begin' | 'wait'>;
  /** undefined where the node does not watch. */
  readonly watch: Pick<DetectionWatch, 'catchUp' | 'hits'> | undefined;
};

const RUN_PATH = z.strictObject({ run_id: z.string().regex(/^[0-9a-f]{32}$/) });
const DAY = z.iso.date();
const ACCOUNT = z.string().min(1).max(400).describe('only hits that it is part of, `account:<agency>:<id>`');
const TYPOLOGY = z.enum(SWEEP_TYPOLOGIES.map(({ id }) => id));

/** Detectors over all transfers of a range, and the paths that they find. */
export function detectionRoutes({ detections, watch }: DetectionRouteDeps): readonly ApiRoute[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/detections',
      summary: 'Lists what the detectors have found in new transfers, newest first; `watching` says whether they look.',
      query: z.strictObject({ ...PAGE_QUERY, typology: TYPOLOGY.optional(), account: ACCOUNT.optional() }),
      answers: { 200: pageOf(DETECTION).extend({ watching: z.boolean() }) },
      handle: async ({ about, query, viewer }) => {
        about('detection:watch');
        // What was committed before the call is in the answer, also of a node that has just started.
        await watch?.catchUp();
        const after = behind(keyOfCursor(query.cursor));
        const asked = (watch?.hits(viewer) ?? []).filter((hit) => isAsked(hit, query) && after(hit));
        const page = asked.slice(0, query.limit);
        const last = page.at(-1);
        const next = asked.length > page.length && last ? cursorAfter(`${last.lastMs}/${last.hitId}`) : null;
        const body = { items: page.map(detectionView), next_cursor: next, watching: watch !== undefined };
        return { status: 200, body };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/detections',
      summary: 'Runs the typology detectors over the transfers of a range that the caller may see. Writes nothing.',
      body: z.strictObject({
        from: DAY.nullable().default(null).describe('first day; null: from the first transfer'),
        to: DAY.nullable().default(null).describe('last day; null: up to now'),
        typologies: z.array(TYPOLOGY).max(SWEEP_TYPOLOGIES.length).default([]).describe('none: all of them'),
      }),
      answers: { 202: DETECTION_RUN },
      handle: async ({ about, body, viewer }) => {
        const { from, to, typologies } = body;
        const fromMs = from === null ? null : Date.parse(from);
        const order = { fromMs, toMs: to === null ? null : Date.parse(to) + DAY_MS, typologies };
        const run = detections.begin(order, viewer);
        about(`detection:${run.runId}`);
        return { status: 202, body: detectionRunView(run) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/detections/:run_id',
      summary: 'Says how far a run of the detectors is, and how many hits it has.',
      params: RUN_PATH,
      query: z.strictObject({ wait_ms: z.coerce.number().int().min(0).max(LIMITS.importWaitMs).default(0) }),
      answers: { 200: DETECTION_RUN },
      handle: async ({ about, params, query, viewer }) => {
        about(`detection:${params.run_id}`);
        return { status: 200, body: detectionRunView(await runOf(params.run_id, query.wait_ms, viewer)) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/detections/:run_id/hits',
      summary: 'Lists the hits of a run, strongest first, each with the transfers that make it.',
      params: RUN_PATH,
      query: z.strictObject({
        ...PAGE_QUERY,
        typology: TYPOLOGY.optional(),
        account: ACCOUNT.optional(),
      }),
      answers: { 200: pageOf(DETECTION) },
      handle: async ({ about, params, query, viewer }) => {
        about(`detection:${params.run_id}`);
        const { report } = await runOf(params.run_id, 0, viewer);
        const after = placeOf(keyOfCursor(query.cursor));
        const asked = (report?.hits ?? []).filter((hit) => isAsked(hit, query));
        const end = after + query.limit;
        const next = end < asked.length ? cursorAfter(String(end)) : null;
        return { status: 200, body: { items: asked.slice(after, end).map(detectionView), next_cursor: next } };
      },
    }),
  ];

  async function runOf(runId: string, waitMs: number, viewer: Viewer): Promise<DetectionRun> {
    const run = await detections.wait(runId, waitMs, viewer);
    if (run === undefined) throw apiRefusal('API_NOT_FOUND');
    return run;
  }
}

const DAY_MS = 86_400_000;

/** A run that is over does not change, so a place in its list is a place for good. */
function placeOf(key: string | undefined): number {
  if (key === undefined) return 0;
  if (!/^\d{1,9}$/.test(key)) throw apiRefusal('API_INVALID', { detail: { field: 'cursor' } });
  return Number(key);
}

function isAsked(
  { accounts, typology }: DetectionHit,
  asked: { readonly typology?: string | undefined; readonly account?: string | undefined },
): boolean {
  if (asked.typology !== undefined && typology !== asked.typology) return false;
  return asked.account === undefined || accounts.some((key) => key === asked.account);
}

/** Hits come newest first, those of one time by id: new ones stand before a cursor and shift nothing behind it. */
function behind(key: string | undefined): (hit: DetectionHit) => boolean {
  if (key === undefined) return () => true;
  const [, time, id] = /^(-?\d{1,16})\/(.+)$/s.exec(key) ?? [];
  if (time === undefined || id === undefined) throw apiRefusal('API_INVALID', { detail: { field: 'cursor' } });
  const atMs = Number(time);
  return ({ hitId, lastMs }) => lastMs < atMs || (lastMs === atMs && hitId > id);
}
