import { systemMonotonicMs } from '../../config/runtime/clock.ts';
import type { NodeSettings } from '../../config/settings/node-table.ts';
import type { Federation, FederationDeps } from '../federation/federation.ts';
import { isEnrolled } from '../federation/home.ts';
import type { Home } from './home.ts';

/**
 * This node's part in its federation, undefined while it belongs to none. Loaded only then: mesh and link are the
 * largest part of an idle node's memory.
 */
export async function composeFederation(
  settings: NodeSettings,
  deps: Omit<FederationDeps, 'homeRoot' | 'monotonicMs' | 'settings'> & { readonly home: Home },
): Promise<Federation | undefined> {
  const { home, ...rest } = deps;
  if (!isEnrolled(home.root)) return undefined;
  const { createFederation } = await import('../federation/federation.ts');
  return createFederation({ ...rest, monotonicMs: systemMonotonicMs, homeRoot: home.root, settings });
}
