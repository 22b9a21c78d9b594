const DIGRAPHS = /ph|kh|gh|sch|sh|ch|tch|cz|zh|dj|th|dh|x/g;
const SOUNDS: Readonly<Record<string, string>> = { ph: 'f', kh: 'k', gh: 'g', th: 't', dh: 'd', x: 'ks' };
/** Of all other digraphs. */
const HISS = 'j';
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
  const text = word.replace(DIGRAPHS, (digraph) => SOUNDS[digraph] ?? HISS);
  let skeleton = '';
  for (const letter of text) {
    if ('aeiou'.includes(letter)) continue;
    const sound = LIKE[letter] ?? letter;
    if (!skeleton.endsWith(sound) || sound === '') skeleton += sound;
  }
  return skeleton;
}
