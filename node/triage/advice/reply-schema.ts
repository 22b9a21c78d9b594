import * as z from 'zod';
import { DISPOSITIONS } from '../../../proto/domain/decision.ts';
import { PARTS, type WritingAgent } from './agents.ts';
import type { JsonSchema } from './chat-model.ts';

const SENTENCE = z.strictObject({ text: z.string(), evidence_ids: z.array(z.string()) });
const SENTENCES = z.array(SENTENCE);

/** What each part of an answer looks like. Lengths are judged apart: servers do not enforce them. */
const SHAPES = {
  data_findings: SENTENCES,
  risk_findings: SENTENCES,
  narrative: SENTENCES,
  suggestion: z.strictObject({ disposition: z.enum(DISPOSITIONS), ...SENTENCE.shape }),
} as const;

/** A sentence as a model wrote it. */
export type WrittenSentence = z.output<typeof SENTENCE>;
/** An answer of the right shape, of which nothing is believed yet. */
export type Reply = {
  readonly [Part in keyof typeof SHAPES]?: z.output<(typeof SHAPES)[Part]> | undefined;
};

/** Reads the parts that these agents write. */
export function replyParser(agents: readonly WritingAgent[]): z.ZodType<Reply> {
  const parts = agents.map((agent) => PARTS[agent]);
  return z.strictObject(Object.fromEntries(parts.map((part) => [part, SHAPES[part]])));
}

/** The same as a JSON schema, without keywords that structured output of either protocol lacks. */
export function replySchema(agents: readonly WritingAgent[]): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(replyParser(agents));
  return schema;
}
