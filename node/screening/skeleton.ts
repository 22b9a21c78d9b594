const DIGRAPHS: readonly (readonly [RegExp, string])[] = [
  [/ph/g, 'f'],
  [/kh/g, 'k'],
  [/gh/g, 'g'],
  [/sch|sh|ch|tch|cz|zh|dj/g, 'j'],
  [/th/g, 't'],
  [/dh/g, 'd'],
  [/x/g, 'ks'],
];
const LIKE: Readonly<Record<string, string>> = {
  c: 'k',
  q: 'k',
  g: 'k',
  z: 's',
  v: '',
  w: '',
  y: '',
  h: '',
  b: 'p',
  d: 't',
};

/**
 * The consonants of a word with like sounds merged, as an alphabet that writes no vowels would have it: the same for
 * most romanisations of one name. Empty for words of vowels only.
 */
export function skeletonOf(word: string): string {
  let text = word;
  for (const [digraph, sound] of DIGRAPHS) text = text.replace(digraph, sound);
  let skeleton = '';
  for (const letter of text) {
    if ('aeiou'.includes(letter)) continue;
    const sound = LIKE[letter] ?? letter;
    if (!skeleton.endsWith(sound) || sound === '') skeleton += sound;
  }
  return skeleton;
}
