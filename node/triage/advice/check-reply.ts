import type { AdviceSentence, AdviceSuggestion, Evidence } from '../../../proto/domain/decision.ts';
import { LIMITS } from '../../../config/settings/limits.ts';
import { PARTS, type WritingAgent } from './agents.ts';
import { figuresStandIn } from './figures.ts';
import { replyParser, type Reply, type WrittenSentence } from './reply-schema.ts';
import { suspicionsOf } from './suspicious-text.ts';
import { tamed } from './untrusted-text.ts';

/** What is left of an answer. */
export type CheckedReply = {
  readonly sentences: readonly AdviceSentence[];
  readonly suggestion: AdviceSuggestion | null;
  /** Sentences and suggestions that were left out. */
  readonly dropped: number;
};

/** An answer that cannot be used at all, and what to tell the model: names of our own fields alone. */
export type UselessReply = { readonly problems: readonly string[] };

/**
 * Checks what a model wrote: its shape, then each sentence by itself. A sentence stands only when it cites evidence that
 * exists and nothing else, its numbers stand in that evidence, and it neither orders nor links anything.
 * @returns problems when it is no JSON of the shape asked for, or when nothing of it stands
 */
export function checkReply(
  text: string,
  agents: readonly WritingAgent[],
  evidence: readonly Evidence[],
): CheckedReply | UselessReply {
  const read = parsed(text, agents);
  if ('problems' in read) return read;
  const { reply } = read;
  const known = new Map(evidence.map((piece) => [piece.evidenceId, piece]));
  const written = agents.flatMap((agent) => sentencesOf(reply, agent));
  const kept = written.slice(0, LIMITS.adviserSentences).flatMap(({ agent, ...sentence }) => {
    const standing = standingSentence(sentence, known);
    return standing === undefined ? [] : [{ agent, ...standing }];
  });
  const suggested = reply.suggestion && standingSentence(reply.suggestion, known);
  const suggestion = reply.suggestion && suggested && { disposition: reply.suggestion.disposition, ...suggested };
  if (kept.length === 0 && suggestion === undefined) return { problems: ['every sentence cites evidence by its id'] };
  const offered = written.length + (reply.suggestion === undefined ? 0 : 1);
  const stand = kept.length + (suggestion === undefined ? 0 : 1);
  return { sentences: kept, suggestion: suggestion ?? null, dropped: offered - stand };
}

function parsed(text: string, agents: readonly WritingAgent[]): { readonly reply: Reply } | UselessReply {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problems: ['the answer is one JSON object'] };
  }
  const checked = replyParser(agents).safeParse(value);
  if (checked.success) return { reply: checked.data };
  // Paths in the answer may hold keys that the model made up; only places of ours are repeated to it.
  const parts = agents.map((agent) => PARTS[agent]);
  const places = checked.error.issues.map(({ path }) => parts.find((part) => part === path[0]) ?? 'the object');
  return { problems: [...new Set(places)].map((place) => `${place} has the shape of the schema`) };
}

function sentencesOf(
  reply: Reply,
  agent: WritingAgent,
): readonly (WrittenSentence & { readonly agent: WritingAgent })[] {
  const part = PARTS[agent];
  const sentences = part === 'suggestion' ? [] : (reply[part] ?? []);
  return sentences.map((sentence) => ({ agent, ...sentence }));
}

function standingSentence(
  { text, evidence_ids: ids }: WrittenSentence,
  known: ReadonlyMap<string, Evidence>,
): Omit<AdviceSentence, 'agent'> | undefined {
  const evidenceIds = [...new Set(ids)];
  const cited = evidenceIds.flatMap((id) => known.get(id) ?? []);
  if (cited.length === 0 || cited.length < evidenceIds.length) return undefined;
  if (text.length > LIMITS.adviserSentenceCharacters || suspicionsOf(text).length > 0) return undefined;
  const plain = tamed(text);
  if (plain === '') return undefined;
  const shown = cited.flatMap(({ evidenceId, summary }) => [evidenceId, summary]);
  return figuresStandIn(plain, shown) ? { text: plain, evidenceIds } : undefined;
}
