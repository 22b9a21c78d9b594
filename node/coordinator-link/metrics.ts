/** Streams that the link keeps open while the coordinator can be reached. */
export const LINK_STREAMS = ['roster', 'control', 'indicators', 'publish'] as const;
export type LinkStream = (typeof LINK_STREAMS)[number];

/** Everything that the link counts; all labels come from these closed sets. */
export type LinkCount =
  | { readonly metric: 'stream'; readonly stream: LinkStream; readonly outcome: 'opened' | 'broken' | 'not_believed' }
  | { readonly metric: 'heartbeat'; readonly outcome: 'answered' | 'failed' }
  | { readonly metric: 'publish'; readonly outcome: 'acknowledged' | 'refused' | 'sent_again' | 'stalled' };

/** Where counts go; the composition root makes them Prometheus counters `concordat_link_<metric>_total`. */
export type LinkMetrics = { count(event: LinkCount): void };
