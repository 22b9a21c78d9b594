import { suspicionsOf } from '../advice/suspicious-text.ts';

/** Names of persons and firms under which a customer is looked for. */
export type Names = { readonly name: string; readonly aliases: readonly string[] };

/** No order to anybody is so short, and most names are. */
const UNREAD_CHARACTERS = 24;
/** No name of a person or firm is so long; what is can hide one by its length alone. Chosen. */
const OVERLONG_CHARACTERS = 150;
/** Words that a name has, at least and at most, before or behind what was written around it. Chosen. */
const SHORTEST = 2;
const LONGEST = 6;

/**
 * The names to look for: as they stand, and where one is overlong or looks as if it spoke to a machine also what it
 * begins and ends with, so that nobody hides from a list by writing more around a name.
 */
export function screenedNames({ aliases, name }: Names): Names {
  const parts = [name, ...aliases].flatMap(partsOf);
  return parts.length === 0 ? { name, aliases } : { name, aliases: [...new Set([...parts, ...aliases])] };
}

function partsOf(text: string): readonly string[] {
  if (!holdsMore(text)) return [];
  const words = text.split(/\s+/).filter((word) => word !== '');
  const lengths = Array.from({ length: LONGEST - SHORTEST + 1 }, (_, place) => SHORTEST + place);
  return lengths.flatMap((length) => [words.slice(0, length).join(' '), words.slice(-length).join(' ')]);
}

function holdsMore(text: string): boolean {
  if (text.length <= UNREAD_CHARACTERS) return false;
  return text.length > OVERLONG_CHARACTERS || suspicionsOf(text).length > 0;
}
