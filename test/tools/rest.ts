import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningProgram } from './programs.ts';

/** What a node answered to one call. */
export type RestAnswer = { readonly status: number; readonly body: unknown };

/** A node's REST interface as a program outside sees it: plain HTTP with one person's key. */
export class Rest {
  readonly #address: string;
  readonly #apiKey: string;

  constructor(address: string, apiKey: string) {
    this.#address = address;
    this.#apiKey = apiKey;
  }

  /** With the operator's key that `init` left in the home. */
  static ofOperator(program: RunningProgram): Rest {
    return new Rest(
      String(program.addresses['api']),
      readFileSync(join(program.home, 'keys/operator.key'), 'utf8').trim(),
    );
  }

  /** The answer whatever it is; throws only when there is none. */
  async call(method: string, path: string, body?: unknown): Promise<RestAnswer> {
    const response = await fetch(`${this.#address}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  async get<Answer>(path: string): Promise<Answer> {
    return this.#done<Answer>('GET', path);
  }

  async post<Answer>(path: string, body: unknown = {}): Promise<Answer> {
    return this.#done<Answer>('POST', path, body);
  }

  /** Every item of a paged list. */
  async items<Item>(path: string): Promise<readonly Item[]> {
    const all: Item[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const joint = path.includes('?') ? '&' : '?';
      const suffix: string = cursor === '' ? '' : `${joint}cursor=${encodeURIComponent(cursor)}`;
      const page: { items: readonly Item[]; next_cursor?: string | null } = await this.get(`${path}${suffix}`);
      all.push(...page.items);
      cursor = page.next_cursor ?? null;
    }
    return all;
  }

  async #done<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.call(method, path, body);
    if (answer.status < 400) return answer.body as Answer;
    const { code = '', message = '' } = (answer.body ?? {}) as { code?: string; message?: string };
    throw new RestRefusal(`${method} ${path} was answered ${answer.status} ${code} ${message}`, answer.status, code);
  }
}

/** An answer of 400 or above. */
export class RestRefusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(message: string, status: number, code: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
