/** Chosen: 32 characters of a random text of 4 bits each are 128 bits, the strength of the other keys. */
const MINIMUM_CHARACTERS = 32;
/** A random hexadecimal text of 32 characters has fewer than 8 different ones once in a million. */
const MINIMUM_DISTINCT = 8;

/** Words of published examples; a text made of one is known to everybody, however long. */
const PUBLISHED_WORDS = ['secret', 'password', 'changeme', 'change-me', 'example', 'default', 'please', 'insecure'];

/** Passwords that servers and their guides ship with. */
const PUBLISHED_PASSWORDS = ['password', 'neo4j', 'admin', 'root', 'secret', 'changeme', 'guest', 'postgres', 'test'];

/** Why a secret is too weak to found keys on, or undefined. Says nothing of the secret itself. */
export function weakness(secret: string): string | undefined {
  const characters = Array.from(secret);
  if (characters.length < MINIMUM_CHARACTERS) return `at least ${MINIMUM_CHARACTERS} characters`;
  if (new Set(characters).size < MINIMUM_DISTINCT) return `at least ${MINIMUM_DISTINCT} different characters`;
  const lower = secret.toLowerCase();
  if (PUBLISHED_WORDS.some((word) => lower.includes(word))) return 'no word of a published example';
  if (isRepetition(secret)) return 'no repeated pattern';
  return undefined;
}

/** Whether a password is one that a server ships with. */
export function isPublishedPassword(password: string): boolean {
  return PUBLISHED_PASSWORDS.includes(password.trim().toLowerCase());
}

/** A text is a repetition of a shorter one exactly when it occurs inside its own double, apart from both ends. */
function isRepetition(text: string): boolean {
  return `${text}${text}`.indexOf(text, 1) < text.length;
}
