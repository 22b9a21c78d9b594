import { LIMITS } from '../../../config/settings/limits.ts';
import type { Evidence } from '../../../proto/domain/decision.ts';
import type { WritingAgent } from './agents.ts';
import type { ChatAnswer, ChatMessage, ChatModel } from './chat-model.ts';
import { type CheckedReply, checkReply } from './check-reply.ts';
import { adviserRefusal } from './errors.ts';
import type { Prompts } from './prompt-files.ts';
import { replySchema } from './reply-schema.ts';
import type { TokenBudget } from './token-budget.ts';

/** What a conversation has cost so far; it grows also where the conversation fails in the end. */
export type Bill = { inputTokens: number; outputTokens: number };

export type ConversationDeps = {
  readonly chat: ChatModel;
  readonly prompts: Prompts;
  readonly budget: TokenBudget;
  readonly bill: Bill;
};

export type ConversationFacts = {
  readonly model: string;
  readonly agents: readonly WritingAgent[];
  readonly question: string;
  readonly evidence: readonly Evidence[];
  /** What it may cost at most. */
  readonly tokens: number;
};

/** Fewer bytes a token than any text of ours has, so that a call rarely costs more than what was held for it. */
const BYTES_PER_TOKEN = 2.5;
/** Of an unusable answer, as it is shown to its model again. */
const REPEATED_CHARACTERS = 4_000;

/**
 * Asks once, and once more when the answer cannot be used.
 * @throws ADVISER_REFUSED, ADVISER_CUT_OFF, ADVISER_CONTEXT, ADVISER_REPLY, ADVISER_BUDGET, or what the model throws
 */
export async function converse(
  deps: ConversationDeps,
  facts: ConversationFacts,
  signal: AbortSignal,
): Promise<CheckedReply> {
  const question: ChatMessage = { role: 'user', text: facts.question };
  const first = await ask(deps, facts, [question], signal);
  const reply = checkReply(first.text, facts.agents, facts.evidence);
  if (!('problems' in reply)) return reply;
  const repair = `${deps.prompts.repair}\n${reply.problems.map((problem) => `- ${problem}`).join('\n')}`;
  const said: ChatMessage = { role: 'assistant', text: first.text.slice(0, REPEATED_CHARACTERS) || '{}' };
  const second = await ask(deps, facts, [question, said, { role: 'user', text: repair }], signal);
  const repaired = checkReply(second.text, facts.agents, facts.evidence);
  if ('problems' in repaired) throw adviserRefusal('ADVISER_REPLY');
  return repaired;
}

async function ask(
  { bill, budget, chat, prompts }: ConversationDeps,
  { agents, model, tokens }: ConversationFacts,
  messages: readonly ChatMessage[],
  signal: AbortSignal,
): Promise<ChatAnswer> {
  const { system } = prompts;
  const schema = replySchema(agents);
  const texts = [system, JSON.stringify(schema), ...messages.map(({ text }) => text)];
  const most = Math.ceil(Buffer.byteLength(texts.join('')) / BYTES_PER_TOKEN) + LIMITS.adviserReplyTokens;
  if (bill.inputTokens + bill.outputTokens + most > tokens) throw adviserRefusal('ADVISER_BUDGET');
  const hold = await budget.hold(most);
  let answer: ChatAnswer;
  try {
    answer = await chat.ask({ model, system, messages, schema, maxTokens: LIMITS.adviserReplyTokens }, signal);
    bill.inputTokens += answer.inputTokens;
    bill.outputTokens += answer.outputTokens;
    budget.settle(hold, answer.inputTokens + answer.outputTokens);
  } catch (error) {
    // What was given up half-way is paid for none the less; what was refused or never arrived is not.
    if (!signal.aborted) budget.settle(hold, 0);
    throw error;
  }
  return finished(answer);
}

function finished(answer: ChatAnswer): ChatAnswer {
  switch (answer.stop) {
    case 'finished':
      return answer;
    case 'refused':
      throw adviserRefusal('ADVISER_REFUSED');
    case 'cut_off':
      throw adviserRefusal('ADVISER_CUT_OFF');
    case 'context':
      throw adviserRefusal('ADVISER_CONTEXT');
  }
}
