import * as z from 'zod';
import { LIMITS } from '../../../config/settings/limits.ts';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import { asId } from '../../../proto/domain/ids.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import { isIdentifier } from '../../formats/ids.ts';
import { OUTCOMES } from '../../triage/outcomes/outcome.ts';
import { cursorAfter, keyOfCursor, PAGE_QUERY, pageOf, takePage } from '../cursor.ts';
import type { AlertReader, OutcomeDesk } from '../ports.ts';
import { apiRefusal } from '../refusal.ts';
import { type ApiRoute, route } from '../route.ts';
import { OUTCOME, outcomeView } from '../views/outcome-view.ts';

export type OutcomeRouteDeps = { readonly outcomes: OutcomeDesk; readonly reader: Pick<AlertReader, 'alert'> };

const ALERT_ID = z.string().refine(isIdentifier);
const ENTRY = z.strictObject({
  outcome: z.enum(OUTCOMES),
  note: z.string().max(LIMITS.outcomeNoteCharacters).nullable().default(null),
});
const BATCH_ENTRY = z.strictObject({ alert_id: ALERT_ID, ...ENTRY.shape });
const RESULT = z.strictObject({
  alert_id: z.string(),
  result: z.enum(['entered', 'refused']),
  code: z.string().optional(),
});

/** What analysts found alerts to be. */
export function outcomeRoutes({ outcomes, reader }: OutcomeRouteDeps): readonly ApiRoute[] {
  const enter = async (
    { alert_id, outcome, note }: z.output<typeof BATCH_ENTRY>,
    viewer: Viewer,
  ): ReturnType<OutcomeDesk['enter']> => {
    // What a person may not see does not exist for that person.
    if ((await reader.alert(asId(alert_id), viewer)) === undefined) throw apiRefusal('API_NOT_FOUND');
    return outcomes.enter({ alertId: asId(alert_id), outcome, note }, viewer.name);
  };
  const resultOf = async (entry: z.output<typeof BATCH_ENTRY>, viewer: Viewer): Promise<z.input<typeof RESULT>> => {
    const { alert_id } = entry;
    try {
      await enter(entry, viewer);
      return { alert_id, result: 'entered' };
    } catch (error) {
      // Only refusals of the one alert are part of a batch's answer; a fault ends the call.
      if (!(error instanceof ConcordatError) || !PER_ALERT.has(error.code)) throw error;
      return { alert_id, result: 'refused', code: error.code };
    }
  };
  return [
    route({
      method: 'POST',
      path: '/api/v1/alerts/:alert_id/outcome',
      summary: 'Enters what an alert turned out to be; a later outcome replaces an earlier one, which is kept.',
      params: z.strictObject({ alert_id: ALERT_ID }),
      body: ENTRY,
      answers: { 200: OUTCOME },
      handle: async ({ params, body, viewer, about }) => {
        about(`alert:${params.alert_id}`);
        return { status: 200, body: outcomeView(await enter({ ...params, ...body }, viewer)) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/outcomes',
      summary: 'Enters the outcomes of several alerts, each by itself.',
      body: z.strictObject({ outcomes: z.array(BATCH_ENTRY).min(1).max(LIMITS.alertsPerBatch) }),
      answers: {
        200: z.strictObject({ entered: z.int(), refused: z.int(), results: z.array(RESULT) }),
      },
      handle: async ({ body, viewer, about }) => {
        about(`outcomes:${body.outcomes.length}`);
        // One after the other on each alert, so that of two the later stands.
        const turns = new Map<string, Promise<unknown>>();
        const results = await Promise.all(
          body.outcomes.map((entry) => {
            const turn = (turns.get(entry.alert_id) ?? Promise.resolve()).then(() => resultOf(entry, viewer));
            turns.set(entry.alert_id, turn);
            return turn;
          }),
        );
        const entered = results.filter(({ result }) => result === 'entered').length;
        return { status: 200, body: { entered, refused: results.length - entered, results } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/alerts/:alert_id/outcomes',
      summary: 'Reads every outcome that was entered on an alert, first to last.',
      params: z.strictObject({ alert_id: ALERT_ID }),
      answers: { 200: z.strictObject({ items: z.array(OUTCOME) }) },
      handle: async ({ params, viewer, about }) => {
        about(`alert:${params.alert_id}`);
        if ((await reader.alert(asId(params.alert_id), viewer)) === undefined) throw apiRefusal('API_NOT_FOUND');
        return { status: 200, body: { items: (await outcomes.of(asId(params.alert_id), viewer)).map(outcomeView) } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/outcomes',
      summary: 'Lists the outcome that stands of each alert that has one, in the order of their ids.',
      query: z.strictObject(PAGE_QUERY),
      answers: { 200: pageOf(OUTCOME) },
      handle: async ({ query, viewer }) => {
        const standing = outcomes.standing(Number.MAX_SAFE_INTEGER, keyOfCursor(query.cursor), viewer);
        const { page, more } = await takePage(standing, query.limit);
        const last = page.at(-1);
        const next = more && last !== undefined ? cursorAfter(last.alertId) : null;
        return { status: 200, body: { items: page.map(outcomeView), next_cursor: next } };
      },
    }),
  ];
}

const PER_ALERT: ReadonlySet<string> = new Set(['API_NOT_FOUND', 'TRIAGE_UNKNOWN']);
