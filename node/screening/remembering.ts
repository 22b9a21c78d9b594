import type { Similarity } from './align.ts';
import type { Word } from './tokens.ts';

/** Remembers what it has compared: the same two words meet in many names of one query. */
export function remembering(similarity: Similarity): Similarity {
  const known = new Map<string, Map<string, number>>();
  return (one: Word, other: Word) => {
    let row = known.get(one.identity);
    if (row === undefined) known.set(one.identity, (row = new Map<string, number>()));
    const score = row.get(other.identity);
    if (score !== undefined) return score;
    const fresh = similarity(one, other);
    row.set(other.identity, fresh);
    return fresh;
  };
}
