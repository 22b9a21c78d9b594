import * as z from 'zod';
import { CHECK_STATES, type Health } from '../../../config/runtime/health.ts';
import type { Clock } from '../../../proto/domain/runtime.ts';
import { type ApiRoute, route } from '../route.ts';

export type HealthRouteDeps = { readonly health: Health; readonly clock: Clock; readonly version: string };

const HEALTH = z.strictObject({
  status: z.literal('healthy'),
  timestamp: z.iso.datetime(),
  version: z.string(),
});
const CHECKS = z.record(z.string(), z.enum(CHECK_STATES));
const DETAIL = z.record(z.string(), z.string()).describe('why a check is not ok: a code or a constant word');
const READY = z.strictObject({ status: z.literal('ready'), checks: CHECKS, detail: DETAIL });
const NOT_READY = z.strictObject({ status: z.literal('not_ready'), checks: CHECKS, detail: DETAIL });

/** Liveness and readiness, for orchestrators: without a key. Source: aml-triage-deployment-guide, Health Checks. */
export function healthRoutes({ health, clock, version }: HealthRouteDeps): readonly ApiRoute[] {
  return [
    route({
      method: 'GET',
      path: '/health',
      summary: 'Says that the process is alive; a restart helps when it does not answer.',
      answers: { 200: HEALTH },
      handle: async () => {
        const timestamp = new Date(clock.nowMs()).toISOString();
        return { status: 200, body: { status: 'healthy', timestamp, version } };
      },
    }),
    route({
      method: 'GET',
      path: '/ready',
      summary: 'Says whether the node can do its work; a degraded dependency is named and does not count against it.',
      answers: { 200: READY, 503: NOT_READY },
      handle: async () => {
        const { ready, checks, detail } = await health.readiness();
        const status = ready ? 'ready' : 'not_ready';
        return { status: ready ? 200 : 503, body: { status, checks, detail } };
      },
    }),
  ];
}
