import { CLASSIFICATIONS, type Marking, MOST_RESTRICTIVE, TLP_LEVELS } from '../domain/marking.ts';
import type { Marking as WireMarking } from '../gen/concordat/v1/marking.ts';
import { boundedList, boundedText } from './wire.ts';

const LABELS = 64;
const LABEL_CHARACTERS = 128;

/** Reads a marking. An absent or unknown one is the most restrictive, never an error: nothing is widened. */
export function decodeMarking(wire: WireMarking | undefined): Marking {
  const tlp = TLP_LEVELS[(wire?.tlp ?? 0) - 1];
  const classification = CLASSIFICATIONS[(wire?.classification ?? 0) - 1];
  if (wire === undefined || tlp === undefined || classification === undefined) return MOST_RESTRICTIVE;
  return {
    tlp,
    classification,
    compartments: decodeLabels('marking.compartments', wire.compartments),
    groups: decodeLabels('marking.groups', wire.groups),
  };
}

/** Writes a marking; levels are numbered as in their lists, from 1. */
export function encodeMarking(marking: Marking): WireMarking {
  return {
    tlp: (TLP_LEVELS.indexOf(marking.tlp) + 1) as WireMarking['tlp'],
    classification: (CLASSIFICATIONS.indexOf(marking.classification) + 1) as WireMarking['classification'],
    compartments: [...marking.compartments],
    groups: [...marking.groups],
  };
}

/** Labels are compared in one canonical form: NFKC, lower case. */
function decodeLabels(field: string, labels: readonly string[]): readonly string[] {
  return boundedList(field, labels, LABELS).map((label) =>
    boundedText(field, label, LABEL_CHARACTERS, 1).normalize('NFKC').toLowerCase(),
  );
}
