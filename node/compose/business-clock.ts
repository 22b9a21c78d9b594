import type { Viewer } from '../../proto/domain/marking.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import { defineCollection } from '../ledger/collection.ts';
import type { Ledger } from '../ledger/ledger.ts';

type Reached = { readonly name: 'business-time'; readonly reachedMs: number };

const META = defineCollection<Reached>({
  space: 'meta',
  keyOf: ({ name }) => name,
  markingOf: () => ({ tlp: 'RED', classification: 'UNCLASSIFIED', compartments: [], groups: [] }),
});

/** The clock of decisions. In a replay it stands at the time of the last row fed, also after a restart. */
export type BusinessClock = Clock & {
  /** In a replay, moves on to a time that was fed; never back. Durable on return. */
  reach(fedMs: number): Promise<void>;
};

/** In live work the machine's clock; in a replay one that begins at 1970 and follows what is fed. */
export async function openBusinessClock(
  mode: 'live' | 'replay',
  deps: { readonly ledger: Ledger; readonly clock: Clock; readonly system: Viewer },
): Promise<BusinessClock> {
  if (mode === 'live') return { nowMs: () => deps.clock.nowMs(), reach: async () => undefined };
  let reachedMs = (await META.get(deps.ledger, 'business-time', deps.system))?.reachedMs ?? 0;
  return {
    nowMs: () => reachedMs,
    async reach(fedMs) {
      if (fedMs <= reachedMs) return;
      reachedMs = fedMs;
      await deps.ledger.commit({ writes: [META.put({ name: 'business-time', reachedMs })], audit: [] });
    },
  };
}
