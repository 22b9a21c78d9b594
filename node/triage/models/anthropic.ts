import type Anthropic from '@anthropic-ai/sdk';
import * as z from 'zod';
import { isRefusal } from '../../../proto/domain/errors.ts';
import type { ChatAnswer, ChatModel, ChatQuestion, ChatStop } from '../advice/chat-model.ts';
import { adviserRefusal } from '../advice/errors.ts';
import type { Exchange } from './exchange.ts';

const TOKENS = z.int().min(0).max(100_000_000);
/** The client hands on what the server says, whatever it is; this is what is read of it. */
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

/** Calls go to the exchange, which alone knows the host; the client wants an address all the same. */
const ANY_HOST = 'http://model.invalid';

/**
 * The Anthropic Messages API with structured output, by the provider's own client; the system prompt, equal for every
 * alert, is kept by the server. The exchange sends, so that egress rules, retries and recordings are those of every
 * driver. The client is loaded with the first question.
 * @param apiKey null where nothing is sent
 * @throws ADVISER_STATUS, ADVISER_PROTOCOL, or what the exchange throws
 */
export function anthropicModel(exchange: Exchange, apiKey: string | null): ChatModel {
  let client: Promise<Anthropic> | undefined;
  return {
    ask: async (question, signal) => {
      client ??= clientOver(exchange, apiKey ?? 'none');
      return chatAnswer(await message(await client, question, signal));
    },
  };
}

async function clientOver(exchange: Exchange, apiKey: string): Promise<Anthropic> {
  const { default: Client } = await import('@anthropic-ai/sdk');
  return new Client({
    apiKey,
    baseURL: ANY_HOST,
    maxRetries: 0,
    logLevel: 'off',
    openTelemetry: false,
    fetch: async (url, init) => {
      const request = new Request(url, init);
      const call = {
        path: new URL(request.url).pathname,
        body: await request.json(),
        headers: sentHeaders(request.headers),
      };
      const { body, status } = await exchange(call, request.signal);
      return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
    },
  });
}

/** Those of the body are the transport's own. */
function sentHeaders(headers: Headers): Readonly<Record<string, string>> {
  return Object.fromEntries([...headers].filter(([name]) => !name.startsWith('content-')));
}

async function message(client: Anthropic, question: ChatQuestion, signal: AbortSignal): Promise<unknown> {
  try {
    return await client.messages.create(bodyOf(question), { signal });
  } catch (error) {
    signal.throwIfAborted();
    const { APIConnectionError, APIError } = await import('@anthropic-ai/sdk');
    // What the exchange threw: the client takes every fault of it for one of the network.
    if (error instanceof APIConnectionError && isRefusal(error.cause)) throw error.cause;
    if (error instanceof APIError && typeof error.status === 'number')
      throw adviserRefusal('ADVISER_STATUS', { detail: { status: error.status }, cause: error });
    throw adviserRefusal('ADVISER_PROTOCOL', { cause: error });
  }
}

function chatAnswer(answer: unknown): ChatAnswer {
  const read = MESSAGE.safeParse(answer);
  if (!read.success) throw adviserRefusal('ADVISER_PROTOCOL');
  const { content, stop_reason: reason, usage } = read.data;
  const stop = STOPS[reason];
  if (stop === undefined) throw adviserRefusal('ADVISER_PROTOCOL');
  return {
    text: content.map(({ text, type }) => (type === 'text' ? (text ?? '') : '')).join(''),
    stop,
    inputTokens: usage.input_tokens + (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0),
    outputTokens: usage.output_tokens,
  };
}

function bodyOf(question: ChatQuestion): Anthropic.MessageCreateParamsNonStreaming {
  const { maxTokens, messages, model, schema, system } = question;
  return {
    model,
    max_tokens: maxTokens,
    system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
    messages: messages.map(({ role, text }) => ({ role, content: text })),
    output_config: { format: { type: 'json_schema', schema } },
  };
}
