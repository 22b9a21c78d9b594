import { identityKeyFromSeed } from '../../../../crypto/keys.ts';
import type { Ledger } from '../../../../node/ledger/ledger.ts';
import { guideScorer } from '../../../../node/triage/models/guide.ts';
import { ModelRegistry } from '../../../../node/triage/models/model-registry.ts';
import type { Clock } from '../../../../proto/domain/runtime.ts';
import { SCORER, VIEWER } from '../world.ts';

/** A node's identity; other seeds are other nodes. */
export function identityOf(seed = 1): ReturnType<typeof identityKeyFromSeed> {
  return identityKeyFromSeed(new Uint8Array(32).fill(seed));
}

/** A registry over a ledger in which the reference scorer is the first model, and business time is the clock's. */
export function modelRegistry(
  { clock, ledger }: { readonly clock: Clock; readonly ledger: Ledger },
  seed = 1,
): Promise<ModelRegistry> {
  return ModelRegistry.open({
    ledger,
    clock,
    viewer: VIEWER,
    businessTime: clock,
    identity: identityOf(seed),
    builtIn: [SCORER, guideScorer()],
  });
}
