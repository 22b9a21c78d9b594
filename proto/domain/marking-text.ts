import { CLASSIFICATIONS, MOST_RESTRICTIVE, TLP_LEVELS, type Marking } from './marking.ts';

/** Distinct markings in use are few; a store that has more than this many only parses more often. */
const REMEMBERED_MARKINGS = 4_096;
const parsed = new Map<string, Marking>();

/** The one text of a marking, as stores keep it. */
export function markingText(marking: Marking): string {
  return JSON.stringify([marking.tlp, marking.classification, marking.compartments, marking.groups]);
}

/**
 * Reads a stored marking. Equal texts give the same object, so that a scan may remember by identity what a viewer sees.
 * A marking that this version does not know is read as the most restrictive one.
 */
export function parseMarkingText(text: string): Marking {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  if (parsed.size >= REMEMBERED_MARKINGS) parsed.clear();
  const marking = parse(text);
  parsed.set(text, marking);
  return marking;
}

function parse(text: string): Marking {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    return MOST_RESTRICTIVE;
  }
  if (!Array.isArray(fields) || fields.length !== 4) return MOST_RESTRICTIVE;
  const [tlpText, classificationText, compartments, groups] = fields as readonly unknown[];
  const tlp = TLP_LEVELS.find((level) => level === tlpText);
  const classification = CLASSIFICATIONS.find((level) => level === classificationText);
  if (tlp === undefined || classification === undefined || !isTexts(compartments) || !isTexts(groups))
    return MOST_RESTRICTIVE;
  return { tlp, classification, compartments, groups };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
