import * as z from 'zod';
import type { ChatModel, ChatQuestion, ChatStop } from '../advice/chat-model.ts';
import { adviserRefusal } from '../advice/errors.ts';
import type { Exchange } from './exchange.ts';

/** Of the Messages API that the bodies below are written for. */
const API_VERSION = '2026-10-21';
const PATH = '/v1/messages';

const TOKENS = z.int().min(0).max(100_000_000);
const MESSAGE = z.object({
  content: z.array(z.object({ type: z.string(), text: z.string().optional() })),
  stop_reason: z.string(),
  usage: z.object({
    input_tokens: TOKENS,
    output_tokens: TOKENS,
    cache_creation_input_tokens: TOKENS.nullish(),
    cache_read_input_tokens: TOKENS.nullish(),
  }),
});

const STOPS: Readonly<Record<string, ChatStop>> = {
  end_turn: 'finished',
  stop_sequence: 'finished',
  refusal: 'refused',
  max_tokens: 'cut_off',
  model_context_window_exceeded: 'context',
};

/** Headers of each call. */
export function anthropicHeaders(apiKey: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${apiKey}`, 'anthropic-version': API_VERSION };
}

/**
 * The Anthropic Messages API with structured output; the system prompt, equal for every alert, is kept by the server.
 * @throws ADVISER_STATUS, ADVISER_PROTOCOL, or what the exchange throws
 */
export function anthropicModel(exchange: Exchange): ChatModel {
  return {
    ask: async (question, signal) => {
      const { body, status } = await exchange({ path: PATH, body: bodyOf(question) }, signal);
      if (status !== 200) throw adviserRefusal('ADVISER_STATUS', { detail: { status } });
      const message = MESSAGE.safeParse(body);
      if (!message.success) throw adviserRefusal('ADVISER_PROTOCOL');
      const { content, stop_reason: reason, usage } = message.data;
      const stop = STOPS[reason];
      if (stop === undefined) throw adviserRefusal('ADVISER_PROTOCOL');
      return {
        text: content.map(({ text, type }) => (type === 'text' ? (text ?? '') : '')).join(''),
        stop,
        inputTokens:
          usage.input_tokens + (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0),
        outputTokens: usage.output_tokens,
      };
    },
  };
}

function bodyOf({ maxTokens, messages, model, schema, system }: ChatQuestion): unknown {
  return {
    model,
    max_tokens: maxTokens,
    system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
    messages: messages.map(({ role, text }) => ({ role, content: text })),
    output_config: { format: { type: 'json_schema', schema } },
  };
}
