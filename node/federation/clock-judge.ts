/** How this node's clock stands to those of the others that it has heard. */
export type ClockVerdict = {
  /** `unheard` while there is nobody to compare with. */
  readonly state: 'unheard' | 'holds' | 'off';
  /** How far this clock is ahead of the others' median, negative when behind; null while nobody was heard. */
  readonly offsetMs: number | null;
  /** Clocks that were heard. */
  readonly voices: number;
};

/**
 * Judges a clock by the median of how far it is ahead of each other one, so that no single member, and not the
 * coordinator alone among several, can stop a node by a wrong time. Between an even number of clocks every value
 * between the middle two is a median; the one that speaks least against this clock is taken. Pure.
 * @param aheadMs of each clock heard: own time less its time
 */
export function judgeClock(aheadMs: readonly number[], toleranceMs: number): ClockVerdict {
  const voices = aheadMs.length;
  const sorted = aheadMs.toSorted((one, other) => one - other);
  const low = sorted[Math.floor((voices - 1) / 2)];
  const high = sorted[Math.floor(voices / 2)];
  if (low === undefined || high === undefined) return { state: 'unheard', offsetMs: null, voices };
  const offsetMs = Math.max(low, Math.min(high, 0));
  return { state: Math.abs(offsetMs) > toleranceMs ? 'off' : 'holds', offsetMs, voices };
}

/** A verdict in the words of the interface. */
export function clockView({ offsetMs, state, voices }: ClockVerdict): {
  state: ClockVerdict['state'];
  offset_ms: number | null;
  voices: number;
} {
  return { state, offset_ms: offsetMs === null ? null : Math.round(offsetMs), voices };
}
