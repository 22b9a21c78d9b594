import type { Metrics } from '../../config/runtime/metrics.ts';
import { LINK_STREAMS, type LinkMetrics } from '../coordinator-link/metrics.ts';
import { type MeshMetrics, PROTOCOL_FAMILIES } from '../mesh/metrics.ts';
import type { ClockWatch } from './clock-watch.ts';

const NONE = 'none';
const MESH_METRICS = [
  'connection',
  'hello',
  'stream',
  'request',
  'gossip',
  'gossip_frame',
  'dial',
  'misbehaviour',
] as const;
const MESH_OUTCOMES = [
  'opened',
  'outsider',
  'banned',
  'too_many',
  'cut',
  'greeted',
  'refused',
  'late',
  'malformed',
  'failed',
  'before_hello',
  'over_quota',
  'answered',
  'oversize',
  'accept',
  'ignore',
  'reject',
  'queue_full',
  'looked_up',
] as const;
const TOPICS = ['summaries', 'indicators', 'control'] as const;
const LINK_METRICS = ['stream', 'heartbeat', 'publish'] as const;
const LINK_OUTCOMES = [
  'opened',
  'broken',
  'not_believed',
  'answered',
  'failed',
  'acknowledged',
  'refused',
  'sent_again',
  'stalled',
] as const;

/** What the mesh counts, as one counter with closed labels; no peer is ever a label. */
export function meshMetrics(metrics: Metrics): MeshMetrics {
  const counter = metrics.counter({
    name: 'concordat_mesh_events_total',
    help: 'Events of the mesh by kind, protocol or topic, and outcome.',
    labels: { metric: MESH_METRICS, of: [...PROTOCOL_FAMILIES, ...TOPICS, NONE], outcome: MESH_OUTCOMES },
  });
  return {
    count(event) {
      const of = event.metric === 'request' ? event.family : event.metric === 'gossip' ? event.topic : NONE;
      counter.add({ metric: event.metric, of, outcome: event.outcome });
    },
  };
}

/** What the link to the coordinator counts. */
export function linkMetrics(metrics: Metrics): LinkMetrics {
  const counter = metrics.counter({
    name: 'concordat_link_events_total',
    help: 'Events of the link to the coordinator by kind, stream and outcome.',
    labels: { metric: LINK_METRICS, stream: [...LINK_STREAMS, NONE], outcome: LINK_OUTCOMES },
  });
  return {
    count(event) {
      counter.add({
        metric: event.metric,
        stream: event.metric === 'stream' ? event.stream : NONE,
        outcome: event.outcome,
      });
    },
  };
}

/** How this node's clock stands to those of its peers and the coordinator. */
export function watchClock(metrics: Metrics, clockWatch: Pick<ClockWatch, 'verdict'>): void {
  const offset = 'How far this clock is ahead of the median of those it has heard; 0 while it has heard none.';
  metrics.watch({ name: 'concordat_clock_offset_seconds', help: offset }, () => {
    return (clockWatch.verdict().offsetMs ?? 0) / 1_000;
  });
  metrics.watch({ name: 'concordat_clock_voices', help: 'Clocks of peers and coordinator that are heard.' }, () => {
    return clockWatch.verdict().voices;
  });
  metrics.watch(
    { name: 'concordat_clock_off', help: '1 while this clock is off, so that nothing dated leaves.' },
    () => {
      return clockWatch.verdict().state === 'off' ? 1 : 0;
    },
  );
}
