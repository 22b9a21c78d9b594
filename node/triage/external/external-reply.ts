import * as z from 'zod';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { ExternalFact } from '../ports.ts';
import { tamed } from '../advice/untrusted-text.ts';
import { externalRefusal } from './errors.ts';

const TEXT = z.string().min(1);
const REPLY = z.object({
  adverse_media: z.array(z.object({ id: TEXT, title: TEXT, publisher: TEXT, published_on: z.iso.date() })).default([]),
  corporate_facts: z.array(z.object({ id: TEXT, statement: TEXT, registry: TEXT, as_of: z.iso.date() })).default([]),
});

/** Room for a publisher, registry or id. Chosen. */
const NAME_CHARACTERS = 100;

/**
 * Reads the answer of an outside source: what was published by the day of `asOfMs`, texts tamed, in a fixed order, at
 * most LIMITS.externalFacts.
 * @throws EXTERNAL_REPLY
 */
export function parseExternalReply(body: string, asOfMs: number): readonly ExternalFact[] {
  const { adverse_media: media, corporate_facts: corporate } = read(body);
  const facts: readonly ExternalFact[] = [
    ...media.map(({ id, title, publisher, published_on: day }) => fact('adverse_media', id, title, publisher, day)),
    ...corporate.map(({ id, statement, registry, as_of: day }) => fact('corporate_fact', id, statement, registry, day)),
  ];
  const known = facts.filter(({ day }) => Date.parse(day) <= asOfMs);
  return known.sort(inOrder).slice(0, LIMITS.externalFacts);
}

function read(body: string): z.output<typeof REPLY> {
  try {
    return REPLY.parse(JSON.parse(body));
  } catch (cause) {
    throw externalRefusal('EXTERNAL_REPLY', { cause });
  }
}

function fact(kind: ExternalFact['kind'], id: string, text: string, publisher: string, day: string): ExternalFact {
  return {
    kind,
    factId: tamed(id, NAME_CHARACTERS),
    text: tamed(text, LIMITS.externalTextCharacters),
    publisher: tamed(publisher, NAME_CHARACTERS),
    day,
  };
}

/** Newest first, so that what the bound leaves out is oldest. */
function inOrder(one: ExternalFact, other: ExternalFact): number {
  if (one.day !== other.day) return one.day > other.day ? -1 : 1;
  return `${one.kind}/${one.factId}` < `${other.kind}/${other.factId}` ? -1 : 1;
}
