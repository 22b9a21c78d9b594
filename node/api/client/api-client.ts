import type { Readable } from 'node:stream';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import { ERROR_BODY } from '../error-body.ts';
import type { Transport, TransportRequest } from './transport.ts';

export type QueryValues = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * The REST interface as its callers use it. An answer that is an error is thrown as the refusal that it names, with
 * `status` and, where the node gave one, `field` in its detail.
 */
export class ApiClient {
  readonly #apiKey: string;
  readonly #transport: Transport;

  constructor(settings: { readonly apiKey: string }, deps: { readonly transport: Transport }) {
    this.#apiKey = settings.apiKey;
    this.#transport = deps.transport;
  }

  get(path: string, query: QueryValues = {}): Promise<unknown> {
    return this.#call({ method: 'GET', path: withQuery(path, query), headers: {} });
  }

  post(path: string, body: unknown, query: QueryValues = {}): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    return this.#call({ method: 'POST', path: withQuery(path, query), headers, body: JSON.stringify(body) });
  }

  /** Sends bytes as they come. */
  upload(path: string, bytes: Readable, query: QueryValues = {}): Promise<unknown> {
    const headers = { 'content-type': 'application/octet-stream' };
    return this.#call({ method: 'POST', path: withQuery(path, query), headers, body: bytes });
  }

  delete(path: string): Promise<unknown> {
    return this.#call({ method: 'DELETE', path, headers: {} });
  }

  /** Every item of a paged list, page by page. */
  async *items(path: string, query: QueryValues = {}): AsyncGenerator {
    let cursor: string | undefined;
    do {
      const page = await this.get(path, { ...query, cursor });
      const { items, next_cursor: next } = page as { items: readonly unknown[]; next_cursor: string | null };
      yield* items;
      cursor = next ?? undefined;
    } while (cursor !== undefined);
  }

  async #call(request: TransportRequest): Promise<unknown> {
    const headers = { ...request.headers, authorization: `Bearer ${this.#apiKey}`, accept: 'application/json' };
    const { status, body } = await this.#transport({ ...request, headers });
    const value: unknown = parseJson(body);
    if (status < 400) return value;
    const refused = ERROR_BODY.safeParse(value);
    const { code, message, field } = refused.data ?? { code: 'API_INTERNAL', message: `the node answered ${status}` };
    throw new ConcordatError(code, message, { detail: { status, ...(field === undefined ? {} : { field }) } });
  }
}

function withQuery(path: string, query: QueryValues): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? path : `${path}?${given.toString()}`;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
