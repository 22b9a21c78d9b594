import type { Marking } from '../../../proto/domain/marking.ts';

/** A marking as texts that travel with an element where a format has no place for it. */
export type MarkingLabel = { readonly tlp: string; readonly classification: string; readonly handling: string };

/** Names a marking; compartments and groups in one text, empty where there are none. */
export function markingLabel({ classification, compartments, groups, tlp }: Marking): MarkingLabel {
  return { tlp: `TLP:${tlp}`, classification, handling: [...compartments, ...groups].join(';') };
}
