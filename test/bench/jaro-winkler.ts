const PREFIX = 4;
const PREFIX_WEIGHT = 0.1;

/** Similarity of two texts, 0 to 1, as record linkage has used it since 1990; an anchor. Source: Winkler (1990). */
export function jaroWinkler(one: string, other: string): number {
  const jaro = jaroOf(one, other);
  let prefix = 0;
  while (prefix < PREFIX && prefix < one.length && one[prefix] === other[prefix]) prefix += 1;
  return jaro + prefix * PREFIX_WEIGHT * (1 - jaro);
}

function jaroOf(one: string, other: string): number {
  if (one === other) return 1;
  const reach = Math.max(0, Math.floor(Math.max(one.length, other.length) / 2) - 1);
  const taken = new Uint8Array(other.length);
  const common: string[] = [];
  for (const [place, letter] of Array.from(one).entries())
    for (let at = Math.max(0, place - reach); at < Math.min(other.length, place + reach + 1); at += 1)
      if (taken[at] === 0 && other[at] === letter) {
        taken[at] = 1;
        common.push(letter);
        break;
      }
  if (common.length === 0) return 0;
  const others = Array.from(other).filter((_, place) => taken[place] === 1);
  const swapped = common.filter((letter, place) => letter !== others[place]).length / 2;
  const count = common.length;
  return (count / one.length + count / other.length + (count - swapped) / count) / 3;
}
