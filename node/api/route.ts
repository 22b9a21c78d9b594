import type { Readable } from 'node:stream';
import type * as z from 'zod';
import type { Viewer } from '../../proto/domain/marking.ts';

export type HttpMethod = 'GET' | 'POST' | 'DELETE';

/** One call as a handler sees it: validated, authenticated, allowed. */
export type Call<Params, Query, Body> = {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** On whose behalf everything is read. */
  readonly viewer: Viewer;
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal;
  /** Names what the call is about in its audit entry, once that is known: `alert:<id>`; never a name or an account. */
  readonly about: (object: string) => void;
};

export type Answer = { readonly status: number; readonly body: unknown };

/** A body that arrives as a stream of bytes of at most LIMITS.importBytes, whatever its media type. */
export const BYTE_STREAM = 'byte-stream';

export type RouteFacts<
  Params extends z.ZodType | undefined,
  Query extends z.ZodType | undefined,
  Body extends z.ZodType | typeof BYTE_STREAM | undefined,
> = {
  readonly method: HttpMethod;
  /** `/api/v1/alerts/:alert_id` */
  readonly path: string;
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Schemas of the answers besides the errors, by status. */
  readonly answers: Readonly<Record<number, z.ZodType>>;
  readonly handle: (
    call: Call<
      Params extends z.ZodType ? z.output<Params> : undefined,
      Query extends z.ZodType ? z.output<Query> : undefined,
      Body extends z.ZodType ? z.output<Body> : Body extends typeof BYTE_STREAM ? Readable : undefined
    >,
  ) => Promise<Answer>;
};

/** A route whose types are no longer needed: its schemas have judged what its handler gets. */
export type ApiRoute = {
  readonly method: HttpMethod;
  readonly path: string;
  readonly summary: string;
  readonly params: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly body: z.ZodType | typeof BYTE_STREAM | undefined;
  readonly answers: Readonly<Record<number, z.ZodType>>;
  readonly handle: (call: Call<unknown, unknown, unknown>) => Promise<Answer>;
};

/** Declares a route: one schema validates, documents and types it. */
export function route<
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | typeof BYTE_STREAM | undefined = undefined,
>(facts: RouteFacts<Params, Query, Body>): ApiRoute {
  const { params, query, body, handle, ...rest } = facts;
  // The server parses each part with the schema named here before it calls, so the wider type is kept.
  return { ...rest, params, query, body, handle: handle as ApiRoute['handle'] };
}

/** The route's name in the role table, audit trail and metrics. */
export function routeName(route: { readonly method: string; readonly path: string }): string {
  return `${route.method} ${route.path}`;
}
