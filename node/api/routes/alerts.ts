import * as z from 'zod';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { Alert } from '../../../proto/domain/alert.ts';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import { asId } from '../../../proto/domain/ids.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { Clock } from '../../../proto/domain/runtime.ts';
import { parseAlert } from '../../formats/alerts/parse.ts';
import { alertSchema } from '../../formats/alerts/schema.ts';
import { isIdentifier } from '../../formats/ids.ts';
import { cursorAfter, keyOfCursor, PAGE_QUERY, pageOf, takePage } from '../cursor.ts';
import { ALERT_STATES, type AlertIntake, type AlertReader } from '../ports.ts';
import { apiRefusal } from '../refusal.ts';
import { type Answer, type ApiRoute, route } from '../route.ts';
import { HELD_ALERT, heldAlertView } from '../views/alert-view.ts';
import { DECISION, decisionView } from '../views/decision-view.ts';

export type AlertRouteDeps = {
  readonly intake: AlertIntake;
  readonly reader: AlertReader;
  /** Time of receipt: an alert from further in the future is refused. */
  readonly clock: Clock;
  /** Refuses what this node may not hold. @throws ACCESS_CEILING */
  readonly admitRecords: () => void;
};

const ALERT_ID = z.string().refine(isIdentifier);
const BY_ID = z.strictObject({ alert_id: ALERT_ID });

/** The schema's own parser judges it, so that its refusal names the field; this says it to OpenAPI. */
const BODY = z.unknown().meta({
  oneOf: [
    z.toJSONSchema(alertSchema, { io: 'input' }),
    z.toJSONSchema(z.strictObject({ alerts: z.array(alertSchema).min(1).max(LIMITS.alertsPerBatch) }), { io: 'input' }),
  ],
});
const BATCH = z.strictObject({ alerts: z.array(z.unknown()).min(1).max(LIMITS.alertsPerBatch) });

const OUTCOME = z.strictObject({
  alert_id: z.string().nullable(),
  outcome: z.enum(['accepted', 'known', 'refused']),
  code: z.string().optional(),
  field: z.string().optional(),
});
type Outcome = z.infer<typeof OUTCOME>;
const BATCH_OUTCOME = z.strictObject({
  accepted: z.int(),
  known: z.int(),
  refused: z.int(),
  results: z.array(OUTCOME),
});

const QUERY = z.strictObject({
  ...PAGE_QUERY,
  customer_id: ALERT_ID.optional(),
  state: z.enum(ALERT_STATES).optional(),
});

/** Alerts in, and what became of them. */
export function alertRoutes({ intake, reader, clock, admitRecords }: AlertRouteDeps): readonly ApiRoute[] {
  const submit = async (value: unknown, viewer: Viewer): Promise<{ alert: Alert; outcome: 'accepted' | 'known' }> => {
    admitRecords();
    const alert = parseAlert(value, clock.nowMs(), 'refuse');
    return { alert, outcome: await intake.submit(alert, viewer.name) };
  };

  const submitBatch = async (alerts: readonly unknown[], viewer: Viewer): Promise<Answer> => {
    // Together, so that they share the ledger's groups; taken in the order of the batch.
    const results = await Promise.all(
      alerts.map(async (value): Promise<Outcome> => {
        try {
          const { alert, outcome } = await submit(value, viewer);
          return { alert_id: alert.alertId, outcome };
        } catch (error) {
          return refusedOutcome(error, value);
        }
      }),
    );
    const count = (outcome: Outcome['outcome']): number =>
      results.filter((result) => result.outcome === outcome).length;
    const [accepted, known, refused] = [count('accepted'), count('known'), count('refused')];
    return { status: accepted > 0 ? 202 : 200, body: { accepted, known, refused, results } };
  };

  return [
    route({
      method: 'POST',
      path: '/api/v1/alerts',
      summary:
        'Takes an alert, or `{alerts: [...]}`, into triage. The same alert again is answered 200, another under its id 409.',
      body: BODY,
      answers: { 202: z.union([OUTCOME, BATCH_OUTCOME]), 200: z.union([OUTCOME, BATCH_OUTCOME]) },
      handle: async ({ body, viewer, about }) => {
        if (typeof body === 'object' && body !== null && 'alerts' in body) {
          const batch = BATCH.safeParse(body);
          if (!batch.success) throw apiRefusal('API_INVALID', { detail: { field: 'alerts' } });
          about(`alerts:${batch.data.alerts.length}`);
          return submitBatch(batch.data.alerts, viewer);
        }
        const { alert, outcome } = await submit(body, viewer);
        about(`alert:${alert.alertId}`);
        return { status: outcome === 'accepted' ? 202 : 200, body: { alert_id: alert.alertId, outcome } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/alerts',
      summary: 'Lists the alerts that this node holds, in the order of their ids.',
      query: QUERY,
      answers: { 200: pageOf(HELD_ALERT) },
      handle: async ({ query, viewer }) => {
        const filter = {
          ...(query.customer_id === undefined ? {} : { customerId: query.customer_id }),
          ...(query.state === undefined ? {} : { state: query.state }),
        };
        const { page, more } = await takePage(reader.alerts(filter, keyOfCursor(query.cursor), viewer), query.limit);
        const last = page.at(-1);
        const next = more && last !== undefined ? cursorAfter(last.alert.alertId) : null;
        return { status: 200, body: { items: page.map(heldAlertView), next_cursor: next } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/alerts/:alert_id',
      summary: 'Reads an alert.',
      params: BY_ID,
      answers: { 200: HELD_ALERT },
      handle: async ({ params, viewer, about }) => {
        about(`alert:${params.alert_id}`);
        const held = await reader.alert(asId(params.alert_id), viewer);
        if (held === undefined) throw apiRefusal('API_NOT_FOUND');
        return { status: 200, body: heldAlertView(held) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/alerts/:alert_id/decisions',
      summary: 'Reads every decision on an alert, first to last, with all their reasons.',
      params: BY_ID,
      answers: { 200: z.strictObject({ items: z.array(DECISION) }) },
      handle: async ({ params, viewer, about }) => {
        about(`alert:${params.alert_id}`);
        if ((await reader.alert(asId(params.alert_id), viewer)) === undefined) throw apiRefusal('API_NOT_FOUND');
        const decisions = await reader.decisionsOf(asId(params.alert_id), viewer);
        return { status: 200, body: { items: decisions.map(decisionView) } };
      },
    }),
  ];
}

/** Only refusals of the one alert are part of a batch's answer; a fault ends the call. */
function refusedOutcome(error: unknown, value: unknown): Outcome {
  if (!(error instanceof ConcordatError) || !PER_ALERT.has(error.code)) throw error;
  const { field } = error.detail;
  const alertId = ALERT_ID.safeParse((value as { alert_id?: unknown } | null)?.alert_id);
  return {
    alert_id: alertId.success ? alertId.data : null,
    outcome: 'refused',
    code: error.code,
    ...(typeof field === 'string' ? { field } : {}),
  };
}

const PER_ALERT: ReadonlySet<string> = new Set(['ALERT_INVALID', 'ALERT_CONFLICT']);
