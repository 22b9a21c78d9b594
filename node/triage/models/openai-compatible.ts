import * as z from 'zod';
import type { ChatModel, ChatQuestion, ChatStop } from '../advice/chat-model.ts';
import { adviserRefusal } from '../advice/errors.ts';
import type { Exchange, ModelAnswer } from './exchange.ts';

const PATH = '/chat/completions';

const TOKENS = z.int().min(0).max(100_000_000);
const COMPLETION = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: TOKENS, completion_tokens: TOKENS }),
});
const REFUSED_CALL = z.object({ error: z.object({ code: z.string() }) });

const STOPS: Readonly<Record<string, ChatStop>> = {
  stop: 'finished',
  content_filter: 'refused',
  length: 'cut_off',
};

/**
 * The chat completions that OpenAI defined and most servers speak, hosted or on a machine of one's own (vLLM, llama.cpp,
 * TGI, Ollama), with a JSON schema as the form of the answer.
 * @param apiKey null for servers of one's own, which often ask for none
 * @throws ADVISER_STATUS, ADVISER_PROTOCOL, or what the exchange throws
 */
export function openaiCompatibleModel(exchange: Exchange, apiKey: string | null): ChatModel {
  const headers = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
  return {
    ask: async (question, signal) => {
      const answer = await exchange({ path: PATH, body: bodyOf(question), headers }, signal);
      if (isTooLong(answer)) return { text: '', stop: 'context', inputTokens: 0, outputTokens: 0 };
      const { body, status } = answer;
      if (status !== 200) throw adviserRefusal('ADVISER_STATUS', { detail: { status } });
      const completion = COMPLETION.safeParse(body);
      if (!completion.success) throw adviserRefusal('ADVISER_PROTOCOL');
      const { choices, usage } = completion.data;
      const [choice] = choices;
      const stop = STOPS[choice?.finish_reason ?? ''];
      if (choice === undefined || stop === undefined) throw adviserRefusal('ADVISER_PROTOCOL');
      const { content, refusal } = choice.message;
      return {
        text: content ?? '',
        stop: typeof refusal === 'string' && refusal !== '' ? 'refused' : stop,
        inputTokens: usage.prompt_tokens,
        outputTokens: usage.completion_tokens,
      };
    },
  };
}

function isTooLong({ body, status }: ModelAnswer): boolean {
  return status === 400 && REFUSED_CALL.safeParse(body).data?.error.code === 'context_length_exceeded';
}

/** `max_completion_tokens` is the name in force; servers that know only the older `max_tokens` bound answers themselves. */
function bodyOf({ maxTokens, messages, model, schema, system }: ChatQuestion): unknown {
  return {
    model,
    max_completion_tokens: maxTokens,
    messages: [{ role: 'system', content: system }, ...messages.map(({ role, text }) => ({ role, content: text }))],
    response_format: { type: 'json_schema', json_schema: { name: 'advice', strict: true, schema } },
  };
}
