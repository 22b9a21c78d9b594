import { holdsEncodedText } from './encoded-text.ts';
import { ACTS, CLAIMS, CLEARING, DECIDING, NEAR_CHARACTERS, OBJECTS } from './order-words.ts';

/** Why a text looks as if it spoke to a machine. Public, like error codes; says nothing of the text itself. */
export const SUSPICIONS = ['hidden_characters', 'orders', 'role_marker', 'encoded', 'address'] as const;
export type Suspicion = (typeof SUSPICIONS)[number];

/** What nobody types by accident; soft hyphens, joiners within a script and byte-order marks are common slips. */
const HIDDEN = /[\u200b\u2060-\u2064\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u;
const UNSEEN = /[\p{Cf}\p{Cs}\p{Variation_Selector}]+/gu;

/** How chat formats mark who speaks, and what pretends to end the data or to begin something else. */
const ROLES = [
  /<\|?\/?(?:im_start|im_end|system|assistant|user|human|endoftext|end_of_text|start_header_id|instructions?|evidence|data|tool)\b/iu,
  /\[\/?inst\]|<<\/?sys>>|"role"\s*:/iu,
  /(?:^|[\s"'`-])#{2,}\s*(?:system|instructions?|assistant|task|new)\b/iu,
  /\b(?:system|assistant|developer|human|user)(?: (?:message|prompt|note|override))?\s*[:>]/iu,
  /\b(?:end|begin|start) of (?:the )?(?:data|document|input|evidence|context|instructions?|system)\b/iu,
] as const;
const ADDRESS = /\b(?:https?|hxxps?|ftp|wss?|javascript|file):\/{0,3}\S|\bdata:[a-z]+\/|\bwww\.\S|\]\([^)\s]+\)/iu;

/** Letters of other scripts that look like the Latin one before them. Mixed into Latin words they hide these. */
const LOOKALIKES = 'aаα cсϲ dԁ eеε gɡ hһ iіιı jј kκк lӏ nη mм oоο pрρ qԛ sѕ tτт uυ vν wԝ xхχ yу';
const LATIN: ReadonlyMap<string, string> = new Map(
  LOOKALIKES.split(' ').flatMap(([letter = '', ...others]) => others.map((other) => [other, letter] as const)),
);
const DIGITS: ReadonlyMap<string, string> = new Map(
  Object.entries({ 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's', '!': 'i' }),
);

/**
 * Looks for text that addresses a machine instead of describing something: hidden characters, orders in several
 * languages and disguises, markers of chat roles, encoded text, web addresses. Errs towards finding: what is found only
 * calls a person, it changes neither score nor disposition.
 */
export function suspicionsOf(text: string): readonly Suspicion[] {
  const seen = text.replace(UNSEEN, '').normalize('NFKC');
  const holds: Readonly<Record<Suspicion, boolean>> = {
    hidden_characters: HIDDEN.test(text),
    orders: disguises(seen).some(givesOrders),
    role_marker: ROLES.some((role) => role.test(seen)),
    encoded: holdsEncodedText(seen),
    address: ADDRESS.test(seen),
  };
  return SUSPICIONS.filter((suspicion) => holds[suspicion]);
}

/** The letters of a text as they stand, with look-alikes and digits read as Latin, backwards, and turned by thirteen. */
function disguises(text: string): readonly string[] {
  const lower = text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .normalize('NFC');
  const latin = Array.from(lower, (letter) => LATIN.get(letter) ?? letter).join('');
  const spelled = Array.from(latin, (letter) => DIGITS.get(letter) ?? letter).join('');
  const forms = [lower, latin, spelled, Array.from(spelled).reverse().join(''), spelled.replace(/[a-z]/g, turned)];
  return forms.map((form) => form.replace(/[^\p{L}\p{N}_]+/gu, ''));
}

function turned(letter: string): string {
  return String.fromCharCode(((letter.charCodeAt(0) - 97 + 13) % 26) + 97);
}

function givesOrders(letters: string): boolean {
  if (CLAIMS.some((claim) => letters.includes(claim))) return true;
  if (ACTS.some((act) => letters.includes(act)) && OBJECTS.some((object) => letters.includes(object))) return true;
  return CLEARING.some((clearing) => {
    const place = letters.indexOf(clearing);
    if (place < 0) return false;
    const around = letters.slice(Math.max(0, place - NEAR_CHARACTERS), place + clearing.length + NEAR_CHARACTERS);
    return DECIDING.some((verb) => around.includes(verb));
  });
}
