/** Letters that are taken for one another, by what the confusion costs of a full edit. Chosen: spellings that romanisation confuses. */
const LIKE_LETTERS: readonly (readonly [string, number])[] = [
  ['aeiou', 0.55],
  ['iyj', 0.35],
  ['ckqg', 0.4],
  ['sz', 0.3],
  ['sc', 0.5],
  ['vwu', 0.35],
  ['vb', 0.6],
  ['vf', 0.5],
  ['dt', 0.5],
  ['bp', 0.5],
  ['gj', 0.4],
  ['hk', 0.6],
  ['mn', 0.7],
  ['rl', 0.7],
];
const SWAP_COST = 0.8;
const DOUBLING_COST = 0.3;
const VOWEL_COST = 0.6;
const BREATH_COST = 0.4;

const CODE_A = 97;
const LETTERS = 26;
const SUBSTITUTION = substitutionTable();
const PRESENCE = Float64Array.from({ length: LETTERS }, (_, index) =>
  presenceCost(String.fromCodePoint(CODE_A + index)),
);

/** Rows of the table, kept between calls: words are short, and this runs millions of times. */
let rows = [new Float64Array(64), new Float64Array(64), new Float64Array(64)] as const;

/**
 * Weighted edit distance of two words (restricted Damerau-Levenshtein): confusions of like letters, doubled letters,
 * vowels and h cost less than other edits.
 * @param limit above it the exact cost does not matter, and Infinity is returned
 */
export function editCost(one: string, other: string, limit: number): number {
  if (one === other) return 0;
  if (Math.abs(one.length - other.length) * DOUBLING_COST > limit) return Number.POSITIVE_INFINITY;
  if (other.length >= rows[0].length) rows = grow(other.length + 1);
  let [before, previous, current] = rows;
  previous[0] = 0;
  for (let j = 1; j <= other.length; j += 1) previous[j] = (previous[j - 1] ?? 0) + presence(other, j - 1);
  for (let i = 1; i <= one.length; i += 1) {
    const removal = presence(one, i - 1);
    let least = (current[0] = (previous[0] ?? 0) + removal);
    for (let j = 1; j <= other.length; j += 1) {
      let cost = (previous[j - 1] ?? 0) + substitution(one.charCodeAt(i - 1), other.charCodeAt(j - 1));
      cost = Math.min(cost, (previous[j] ?? 0) + removal, (current[j - 1] ?? 0) + presence(other, j - 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + SWAP_COST);
      }
      current[j] = cost;
      if (cost < least) least = cost;
    }
    // A swap may still undo one row's cost, so a single row over the limit is not enough to stop by itself.
    if (least > limit + SWAP_COST) return Number.POSITIVE_INFINITY;
    [before, previous, current] = [previous, current, before];
  }
  const cost = previous[other.length] ?? Number.POSITIVE_INFINITY;
  return cost > limit ? Number.POSITIVE_INFINITY : cost;
}

function presence(word: string, index: number): number {
  const code = word.charCodeAt(index);
  if (index > 0 && word.charCodeAt(index - 1) === code) return DOUBLING_COST;
  return PRESENCE[code - CODE_A] ?? 1;
}

function substitution(one: number, other: number): number {
  if (one === other) return 0;
  const [first, second] = [one - CODE_A, other - CODE_A];
  if (first < 0 || second < 0 || first >= LETTERS || second >= LETTERS) return 1;
  return SUBSTITUTION[first * LETTERS + second] ?? 1;
}

function presenceCost(letter: string): number {
  if ('aeiouy'.includes(letter)) return VOWEL_COST;
  return letter === 'h' ? BREATH_COST : 1;
}

function substitutionTable(): Float64Array {
  const table = new Float64Array(LETTERS * LETTERS).fill(1);
  for (const [letters, cost] of LIKE_LETTERS) {
    for (const one of letters) {
      for (const other of letters) {
        if (one === other) continue;
        const place = (one.charCodeAt(0) - CODE_A) * LETTERS + other.charCodeAt(0) - CODE_A;
        table[place] = Math.min(table[place] ?? 1, cost);
      }
    }
  }
  return table;
}

function grow(
  length: number,
): readonly [Float64Array<ArrayBuffer>, Float64Array<ArrayBuffer>, Float64Array<ArrayBuffer>] {
  const size = length * 2;
  return [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
}
