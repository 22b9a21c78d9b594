import { LIMITS } from '../../config/settings/limits.ts';
import type { Policy } from '../../proto/domain/policy.ts';

/** Life of a member's certificate until policy says otherwise (DESIGN, section 4): 7 days. */
const DEFAULT_LIFE_MS = 604_800_000;

/**
 * From when to when a certificate holds: as long as policy says, from one clock skew ago, so that a member whose clock
 * is behind can use it at once, and never beyond its authority.
 */
export function validityOf(
  policy: Policy | undefined,
  nowMs: number,
  authorityEndMs: number,
): { readonly notBeforeMs: number; readonly notAfterMs: number } {
  const lifeMs = policy?.certificateLifeMs ?? DEFAULT_LIFE_MS;
  return { notBeforeMs: nowMs - LIMITS.clockSkewMs, notAfterMs: Math.min(nowMs + lifeMs, authorityEndMs) };
}
