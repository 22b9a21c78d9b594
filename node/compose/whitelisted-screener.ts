import type { Whitelist } from '../records/lists/whitelist.ts';
import type { Screener, ScreeningHit } from '../triage/ports.ts';

/** Marks the hits of a screener that two persons have set aside for the customer, as of the time asked about. */
export function withWhitelist(screener: Screener, whitelist: Pick<Whitelist, 'asideOf'>): Screener {
  return {
    async screen(subject, asOfMs) {
      const hits = await screener.screen(subject, asOfMs);
      if (hits.length === 0) return hits;
      const aside = await whitelist.asideOf(subject.customerId, asOfMs);
      if (aside.size === 0) return hits;
      return hits.map((hit): ScreeningHit =>
        aside.has(`${hit.listName}/${hit.entryId}`) ? { ...hit, whitelisted: true } : hit,
      );
    },
  };
}
