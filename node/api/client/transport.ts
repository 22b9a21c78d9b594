import type { Readable } from 'node:stream';

export type TransportRequest = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
};
export type TransportAnswer = { readonly status: number; readonly body: string };

/** Carries a call to a node: over HTTP to one that runs, in process to one composed for the occasion. */
export type Transport = (request: TransportRequest) => Promise<TransportAnswer>;
