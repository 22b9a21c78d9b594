/** One call to a model server: where on it, and what. The body is plain JSON. */
export type ModelCall = {
  readonly path: string;
  readonly body: unknown;
  /** Sent, and never recorded: one of them is the key. */
  readonly headers: Readonly<Record<string, string>>;
};
/** What came back; the body is plain JSON. */
export type ModelAnswer = { readonly status: number; readonly body: unknown };

/** Sends calls to a model server, or stands in for one. */
export type Exchange = (call: ModelCall, signal: AbortSignal) => Promise<ModelAnswer>;
