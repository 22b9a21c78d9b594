import { distance } from 'fastest-levenshtein';

/**
 * Anthropic's model ids, and the day on which each is no longer served where that is announced.
 * Source: model list of the vendor's TypeScript SDK 1.12.0, 20 November 2026.
 */
const ANTHROPIC: ReadonlyMap<string, string | null> = new Map([
  ['claude-opus-5-5', null],
  ['claude-sonnet-5-5', null],
  ['claude-haiku-5-5', null],
  ['claude-haiku-4-5-20251001', null],
  ['claude-haiku-4-5', null],
  ['claude-opus-4-5-20251101', null],
  ['claude-opus-4-5', null],
  ['claude-sonnet-4-5-20250929', '2026-11-30'],
  ['claude-sonnet-4-5', '2026-11-30'],
]);

/** Writes for agents that name no model. */
export const ANTHROPIC_FALLBACK = 'claude-sonnet-5-5';

/** An end so near is told. Chosen: a quarter, in which a model can be tried and changed. */
const TOLD_AHEAD_MS = 90 * 86_400_000;

/** What speaks against the id of a model as of a day, in words; undefined when nothing does. */
export function modelWarning(model: string, nowMs: number): string | undefined {
  const end = ANTHROPIC.get(model);
  if (end === undefined) {
    const known = [...ANTHROPIC.keys()].map((id) => ({ id, apart: distance(id, model) }));
    const [nearest] = known.sort((one, other) => one.apart - other.apart);
    return `unknown model${nearest === undefined ? '' : `; did you mean ${nearest.id}?`}`;
  }
  if (end === null) return undefined;
  const endMs = Date.parse(end);
  if (nowMs >= endMs) return `retired on ${end}`;
  return endMs - nowMs <= TOLD_AHEAD_MS ? `retires on ${end}` : undefined;
}
