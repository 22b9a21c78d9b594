import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';

type Message = { readonly role: string; readonly content: string };

/** One call as the server saw it. */
export type SeenCall = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly model: string;
  readonly system: string;
  readonly messages: readonly Message[];
  /** Names of the parts that the schema asks for. */
  readonly parts: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
};

/** What the server does with a call: answers with a text, or with a status, or breaks off, or never answers. */
export type Behaviour =
  | { readonly text: string; readonly stop?: 'end' | 'refusal' | 'length' | 'context' }
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  | 'broken'
  | 'silent'
  | 'nonsense';

export type ModelServer = {
  /** Base address for either protocol. */
  readonly anthropicUrl: string;
  readonly openaiUrl: string;
  readonly calls: SeenCall[];
};

type Body = Readonly<Record<string, unknown>> & { readonly model: string; readonly messages: readonly Message[] };

/** A model server on loopback that speaks the Messages API and chat completions, and behaves as it is told. */
export async function serveModel(
  t: ExecutionContext,
  behave: (call: SeenCall, place: number) => Behaviour,
): Promise<ModelServer> {
  const calls: SeenCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const call = seenCall(path, request.headers, JSON.parse(Buffer.concat(chunks).toString()) as Body);
      calls.push(call);
      respond(response, path, behave(call, calls.length - 1));
    });
  });
  await new Promise<void>((open) => server.listen(0, '127.0.0.1', open));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { anthropicUrl: `http://127.0.0.1:${port}`, openaiUrl: `http://127.0.0.1:${port}/v1`, calls };
}

function seenCall(path: string, headers: IncomingHttpHeaders, body: Body): SeenCall {
  const isAnthropic = path === '/v1/messages';
  const system = isAnthropic
    ? String((body['system'] as readonly { text: string }[])[0]?.text)
    : String(body.messages[0]?.content);
  const schema = isAnthropic
    ? (body['output_config'] as { format: { schema: unknown } }).format.schema
    : (body['response_format'] as { json_schema: { schema: unknown } }).json_schema.schema;
  return {
    path,
    headers,
    model: body.model,
    system,
    messages: isAnthropic ? body.messages : body.messages.slice(1),
    parts: Object.keys((schema as { properties: object }).properties),
    body,
  };
}

function respond(response: ServerResponse, path: string, behaviour: Behaviour): void {
  if (behaviour === 'silent') return;
  if (behaviour === 'broken') response.destroy();
  else if (behaviour === 'nonsense') response.end('<html>not what was asked for</html>');
  else if ('status' in behaviour)
    response.writeHead(behaviour.status, behaviour.headers).end(JSON.stringify(behaviour.body ?? { error: {} }));
  else {
    const { stop = 'end', text } = behaviour;
    const overlong = stop === 'context' && path !== '/v1/messages';
    response.writeHead(overlong ? 400 : 200);
    response.end(JSON.stringify(path === '/v1/messages' ? message(text, stop) : completion(text, stop)));
  }
}

function message(text: string, stop: string): unknown {
  const reasons: Readonly<Record<string, string>> = {
    end: 'end_turn',
    refusal: 'refusal',
    length: 'max_tokens',
    context: 'model_context_window_exceeded',
  };
  return {
    id: 'msg',
    type: 'message',
    role: 'assistant',
    content: text === '' ? [] : [{ type: 'text', text }],
    stop_reason: reasons[stop],
    usage: { input_tokens: 100, cache_read_input_tokens: 900, cache_creation_input_tokens: 0, output_tokens: 50 },
  };
}

function completion(text: string, stop: string): unknown {
  if (stop === 'context') return { error: { code: 'context_length_exceeded', message: 'too long' } };
  const refusal = stop === 'refusal' ? 'I cannot help with that.' : null;
  return {
    id: 'completion',
    choices: [{ index: 0, finish_reason: stop === 'length' ? 'length' : 'stop', message: { content: text, refusal } }],
    usage: { prompt_tokens: 1_000, completion_tokens: 50, total_tokens: 1_050 },
  };
}

/** The data that a question holds between its marked lines. */
export type Question = {
  readonly mark: string;
  readonly evidence: readonly { readonly id: string; readonly summary: string }[];
  readonly foreign_texts: readonly { readonly field: string; readonly text: string }[];
};

export function questionOf({ messages }: SeenCall): Question {
  const lines = String(messages[0]?.content).split('\n');
  const mark = String(lines[0]).replace('BEGIN ', '');
  return { ...(JSON.parse(lines.slice(1, -1).join('\n')) as Omit<Question, 'mark'>), mark };
}

type Sentence = { readonly text: string; readonly evidence_ids: readonly string[] };

/** A sentence that every alert of ours bears out. */
export const TRUE_SENTENCE: Sentence = { text: 'The alert was raised by monitoring.', evidence_ids: ['alert'] };

/** An answer of the shape asked for: one sentence a part, and the suggestion given. */
export function replyText(
  { parts }: SeenCall,
  given: { readonly sentence?: Sentence; readonly disposition?: string; readonly because?: Sentence } = {},
): string {
  const { because = TRUE_SENTENCE, disposition = 'ESCALATE_L2', sentence = TRUE_SENTENCE } = given;
  return JSON.stringify(
    Object.fromEntries(
      parts.map((part) => [part, part === 'suggestion' ? { disposition, ...because } : [sentence]] as const),
    ),
  );
}
