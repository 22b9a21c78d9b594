/** A JSON schema, as servers take it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export type ChatMessage = { readonly role: 'user' | 'assistant'; readonly text: string };

/** One question to a language model. */
export type ChatQuestion = {
  readonly model: string;
  /** Ours, the same for every alert, so that servers may keep it. */
  readonly system: string;
  readonly messages: readonly ChatMessage[];
  readonly schema: JsonSchema;
  readonly maxTokens: number;
};

/** How a model came to stop writing. */
export type ChatStop = 'finished' | 'refused' | 'cut_off' | 'context';

export type ChatAnswer = {
  readonly text: string;
  readonly stop: ChatStop;
  /** As the server counts, what it kept from before included. */
  readonly inputTokens: number;
  readonly outputTokens: number;
};

/**
 * A language model behind some protocol. Answers or throws; repeats a call only where the protocol says that it may.
 * @throws ADVISER_STATUS, ADVISER_PROTOCOL, ADVISER_NOT_RECORDED, EGRESS_…, or the signal's reason
 */
export type ChatModel = { ask(question: ChatQuestion, signal: AbortSignal): Promise<ChatAnswer> };
