import type { Typology } from '../../../config/typologies/typology.ts';
import { findBipartite } from './bipartite.ts';
import { findCycle } from './cycle.ts';
import { findDormant } from './dormant.ts';
import { findFan } from './fan.ts';
import type { Finding, Neighbourhood } from './finding.ts';
import { findGatherScatter } from './gather-scatter.ts';
import { findPassThrough } from './pass-through.ts';
import { findScatterGather } from './scatter-gather.ts';
import { findShellCluster } from './shell-cluster.ts';
import { findStack } from './stack.ts';
import { findStructuring } from './structuring.ts';

/** A typology found around an account, with the transfers of its strongest occurrence. */
export type TypologyHit = Finding & { readonly typology: string };

/** Runs every typology of a table over an account's neighbourhood, in the table's order. Pure. */
export function detect(neighbourhood: Neighbourhood, typologies: readonly Typology[]): readonly TypologyHit[] {
  return typologies.flatMap((typology) => {
    const finding = find(neighbourhood, typology);
    return finding === undefined ? [] : [{ typology: typology.id, ...finding }];
  });
}

function find(neighbourhood: Neighbourhood, typology: Typology): Finding | undefined {
  switch (typology.detector) {
    case 'fan':
      return findFan(neighbourhood, typology.parameters);
    case 'cycle':
      return findCycle(neighbourhood, typology.parameters);
    case 'scatter-gather':
      return findScatterGather(neighbourhood, typology.parameters);
    case 'gather-scatter':
      return findGatherScatter(neighbourhood, typology.parameters);
    case 'pass-through':
      return findPassThrough(neighbourhood, typology.parameters);
    case 'structuring':
      return findStructuring(neighbourhood, typology.parameters);
    case 'dormant':
      return findDormant(neighbourhood, typology.parameters);
    case 'bipartite':
      return findBipartite(neighbourhood, typology.parameters);
    case 'stack':
      return findStack(neighbourhood, typology.parameters);
    case 'shell-cluster':
      return findShellCluster(neighbourhood, typology.parameters);
  }
}
