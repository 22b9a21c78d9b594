import * as z from 'zod';
import { cursorAfter, keyOfCursor, PAGE_QUERY, pageOf, takePage } from '../cursor.ts';
import type { AlertReader } from '../ports.ts';
import { type ApiRoute, route } from '../route.ts';
import { DECISION, decisionView } from '../views/decision-view.ts';

export type DecisionRouteDeps = { readonly reader: Pick<AlertReader, 'decisions'>; readonly agency: string };

/** What the contract of `decisions export` takes of a decision. */
const SHORT = z.strictObject({
  agency: z.string(),
  ...DECISION.pick({ alert_id: true, disposition: true, risk_score: true, confidence: true }).shape,
});

const QUERY = z.strictObject({
  ...PAGE_QUERY,
  which: z.enum(['first', 'last']).default('last').describe('a re-opened alert has more than one'),
});

/** Decisions over all alerts. */
export function decisionRoutes({ reader, agency }: DecisionRouteDeps): readonly ApiRoute[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/decisions',
      summary: 'Lists one decision an alert, in the order of their ids: the export.',
      query: QUERY,
      answers: { 200: pageOf(SHORT) },
      handle: async ({ query, viewer }) => {
        const decisions = reader.decisions(query.which, keyOfCursor(query.cursor), viewer);
        const { page, more } = await takePage(decisions, query.limit);
        const last = page.at(-1);
        const items = page.map((decision) => {
          const { alert_id, disposition, risk_score, confidence } = decisionView(decision);
          return { agency, alert_id, disposition, risk_score, confidence };
        });
        return { status: 200, body: { items, next_cursor: more && last ? cursorAfter(last.alertId) : null } };
      },
    }),
  ];
}
