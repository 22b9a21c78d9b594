import type { Metrics } from '../../../config/runtime/metrics.ts';
import { API_ERRORS } from '../errors.ts';
import { ROUTE_ROLES } from '../access/route-roles.ts';

/** Chosen around the targets of 50 ms for reads and 100 ms for writes. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const STATUS_CLASSES = ['2xx', '3xx', '4xx', '5xx'] as const;

/** Figures of the REST interface. Routes and codes come from their tables, whatever a caller sends. */
export type CallMetrics = {
  finished(call: { route: string; status: number; seconds: number; code: string | null }): void;
};

/** Registers the figures of the REST interface. */
export function callMetrics(metrics: Metrics, inFlight: () => number): CallMetrics {
  const route = [...Object.keys(ROUTE_ROLES), 'other'];
  const total = metrics.counter({
    name: 'concordat_api_requests_total',
    help: 'Calls of the REST interface by route and class of status.',
    labels: { route, status: STATUS_CLASSES },
  });
  const refused = metrics.counter({
    name: 'concordat_api_errors_total',
    help: 'Calls of the REST interface that ended in an error, by its code.',
    labels: { code: Object.keys(API_ERRORS) },
  });
  const duration = metrics.histogram(
    {
      name: 'concordat_api_request_duration_seconds',
      help: 'Time from the first byte of a call to the last of its answer, by route.',
      labels: { route },
    },
    SECONDS,
  );
  metrics.watch({ name: 'concordat_api_requests_in_flight', help: 'Calls in work now.' }, inFlight);
  return {
    finished({ route, status, seconds, code }) {
      total.add({ route, status: `${Math.floor(status / 100)}xx` });
      duration.observe({ route }, seconds);
      if (code !== null) refused.add({ code });
    },
  };
}
