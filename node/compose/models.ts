import type { KeyStore } from '../../config/runtime/keys/key-store.ts';
import type { NodeSettings } from '../../config/settings/node-table.ts';
import { identityKeyFromSeed } from '../../crypto/keys.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { triageViewer } from '../triage/markings.ts';
import { guideScorer } from '../triage/models/guide.ts';
import { ModelRegistry } from '../triage/models/model-registry.ts';
import { referenceScorer } from '../triage/models/reference.ts';

/** Opens the registry of the agency's models; the one of the settings decides until another is approved. */
export async function openModels(
  settings: NodeSettings,
  deps: { readonly keys: KeyStore; readonly ledger: Ledger; readonly clock: Clock; readonly businessTime: Clock },
): Promise<ModelRegistry> {
  const { keys, ...rest } = deps;
  const [reference, guide] = [referenceScorer(), guideScorer()];
  return ModelRegistry.open({
    ...rest,
    viewer: triageViewer(settings.node.agency),
    identity: identityKeyFromSeed(await keys.get('identity')),
    builtIn: settings.triage.firstModel === 'guide' ? [guide, reference] : [reference, guide],
  });
}
