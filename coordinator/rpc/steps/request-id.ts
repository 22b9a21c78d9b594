import { toHex } from '../../../crypto/bytes.ts';
import type { RandomBytes } from '../../../proto/domain/runtime.ts';
import type { Call, KnownCall } from '../call.ts';

/** Gives the call a number of ours, under which log lines of one call are found. The caller's own is not taken. */
export function withRequestId(random: RandomBytes, call: Call): KnownCall {
  return { ...call, requestId: toHex(random(8)), actor: call.remote };
}
