import type { TopicName } from './topics.ts';

/** Protocol families of the mesh, one folder each under protocols/. */
export const PROTOCOL_FAMILIES = ['hello', 'sync', 'keys', 'oprf', 'match', 'hints'] as const;
export type ProtocolFamily = (typeof PROTOCOL_FAMILIES)[number];

/** Everything that the mesh counts. All labels come from these closed sets; no peer id is ever one. */
export type MeshCount =
  | { readonly metric: 'connection'; readonly outcome: 'opened' | 'outsider' | 'banned' | 'too_many' | 'cut' }
  | { readonly metric: 'hello'; readonly outcome: 'greeted' | 'refused' | 'late' | 'malformed' | 'failed' }
  | { readonly metric: 'stream'; readonly outcome: 'before_hello' | 'over_quota' }
  | {
      readonly metric: 'request';
      readonly family: ProtocolFamily;
      readonly outcome: 'answered' | 'refused' | 'over_quota' | 'malformed' | 'oversize' | 'failed';
    }
  | {
      readonly metric: 'gossip';
      readonly topic: TopicName;
      readonly outcome: 'accept' | 'ignore' | 'reject' | 'over_quota' | 'queue_full' | 'oversize' | 'before_hello';
    }
  | { readonly metric: 'gossip_frame'; readonly outcome: 'over_quota' | 'before_hello' }
  | { readonly metric: 'dial'; readonly outcome: 'greeted' | 'failed' | 'looked_up' }
  | { readonly metric: 'misbehaviour'; readonly outcome: 'banned' };

/** Where counts go; the composition root makes them Prometheus counters `concordat_mesh_<metric>_total`. */
export type MeshMetrics = { count(event: MeshCount): void };
