import { LIMITS } from '../../../config/settings/limits.ts';
import type { Advice } from '../../../proto/domain/decision.ts';
import { ConcordatError, isRefusal } from '../../../proto/domain/errors.ts';
import type { Clock, Log, RandomBytes } from '../../../proto/domain/runtime.ts';
import { attempt } from '../attempt.ts';
import type { Sleep } from '../ports.ts';
import type { Adviser, AdviserStatus } from './adviser.ts';
import type { PlannedCall } from './agents.ts';
import type { ChatModel } from './chat-model.ts';
import type { CheckedReply } from './check-reply.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { type Bill, converse } from './conversation.ts';
import { adviserRefusal } from './errors.ts';
import type { Prompts } from './prompt-files.ts';
import { type AdviceRequest, questionText } from './question.ts';
import { type Suspicion, suspicionsOf } from './suspicious-text.ts';
import type { TokenBudget } from './token-budget.ts';
import { Turnstile } from './turnstile.ts';
import { type ForeignText, foreignTexts } from './untrusted-text.ts';

export type ModelAdviserSettings = {
  readonly driver: string;
  /** At least one; see plannedCalls. */
  readonly calls: readonly PlannedCall[];
  readonly timeoutMs: number;
  readonly concurrentCalls: number;
  readonly tokensPerAlert: number;
  readonly tokensPerDay: number;
};

export type ModelAdviserDeps = {
  readonly model: ChatModel;
  readonly prompts: Prompts;
  readonly budget: TokenBudget;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly sleep: Sleep;
  readonly log: Log;
};

type CallOutcome = { readonly record: Advice['calls'][number]; readonly reply: CheckedReply | null };

/** Of the mark around the data of one call: nobody guesses it. */
const MARK_BYTES = 16;
/** What speaks against one text or against us, not against the service. */
const NO_FAILURE: ReadonlySet<string> = new Set([
  'ADVISER_STOPPED',
  'ADVISER_BUDGET',
  'ADVISER_NOT_RECORDED',
  'ADVISER_REFUSED',
  'ADVISER_CUT_OFF',
  'ADVISER_CONTEXT',
]);

/** Asks language models, within bounds of time, number and tokens, and believes nothing that code cannot check. */
export class ModelAdviser implements Adviser {
  readonly #settings: ModelAdviserSettings;
  readonly #deps: ModelAdviserDeps;
  readonly #breaker: CircuitBreaker;
  readonly #turnstile: Turnstile;
  readonly #stopping = new AbortController();

  constructor(settings: ModelAdviserSettings, deps: ModelAdviserDeps) {
    this.#settings = settings;
    this.#deps = deps;
    this.#breaker = new CircuitBreaker({ failures: LIMITS.adviserFailures, restMs: LIMITS.adviserRestMs }, deps.clock);
    this.#turnstile = new Turnstile(settings.concurrentCalls);
  }

  async advise(request: AdviceRequest): Promise<Advice> {
    const { driver, calls, tokensPerAlert } = this.#settings;
    const { disposition, evidence } = request.decision;
    const texts = foreignTexts(request.alert, evidence);
    const suspicions = new Set<Suspicion>(texts.flatMap(({ text }) => suspicionsOf(text)));
    // Each model gets its share, so that what one call costs cannot depend on how fast the others are.
    const tokens = Math.floor(tokensPerAlert / calls.length);
    const made = await Promise.all(calls.map((call) => this.#call(call, request, texts, tokens)));
    const replies = made.flatMap(({ reply }) => reply ?? []);
    return {
      driver,
      prompt: this.#deps.prompts.version,
      calls: made.map(({ record }) => record),
      sentences: replies.flatMap(({ sentences }) => sentences),
      suggestion: replies.find(({ suggestion }) => suggestion !== null)?.suggestion ?? null,
      dropped: replies.reduce((sum, { dropped }) => sum + dropped, 0),
      suspicions: [...suspicions].sort(),
      dispositionByCode: disposition,
    };
  }

  status(): AdviserStatus {
    const { calls, driver, tokensPerDay } = this.#settings;
    const { budget, prompts } = this.#deps;
    const code = this.#breaker.state !== 'closed' ? 'ADVISER_CIRCUIT' : budget.isSpent ? 'ADVISER_BUDGET' : null;
    const models = calls.flatMap(({ agents, model }) => agents.map((agent) => [agent, model] as const));
    return {
      driver,
      state: code === null ? 'ok' : 'degraded',
      code,
      prompt: prompts.version,
      models: Object.fromEntries(models),
      tokensToday: budget.spentToday,
      tokensPerDay,
    };
  }

  stop(): void {
    this.#stopping.abort(adviserRefusal('ADVISER_STOPPED'));
  }

  /** One planned call with everything that bounds it. Never rejects. */
  async #call(
    { agents, model }: PlannedCall,
    request: AdviceRequest,
    texts: readonly ForeignText[],
    tokens: number,
  ): Promise<CallOutcome> {
    const { budget, model: chat, prompts, random, sleep } = this.#deps;
    const bill: Bill = { inputTokens: 0, outputTokens: 0 };
    const ask = (signal: AbortSignal): Promise<CheckedReply> => {
      const mark = Buffer.from(random(MARK_BYTES)).toString('hex');
      const question = questionText(request, texts, mark);
      const given = { model, agents, question, evidence: request.decision.evidence, tokens };
      return this.#breaker.run(
        () => converse({ chat, prompts, budget, bill }, given, signal),
        (error) => !NO_FAILURE.has(codeOf(error)),
      );
    };
    let reply: CheckedReply | null = null;
    let code: string | null = null;
    try {
      const bounds = { timeoutMs: this.#settings.timeoutMs, maxRetries: 0 };
      const asked = async (stage: AbortSignal): Promise<CheckedReply> => {
        const signal = AbortSignal.any([stage, this.#stopping.signal]);
        return this.#turnstile.run(() => ask(signal), signal);
      };
      reply = await attempt(asked, bounds, sleep);
    } catch (error) {
      code = codeOf(error);
      this.#tell(error, code);
    }
    return { record: { model, agents, ...bill, code }, reply };
  }

  #tell(error: unknown, code: string): void {
    const { log } = this.#deps;
    if (code === 'ADVISER_FAULT') log.error({ error: String(error) }, 'adviser failed');
    else log.debug({ code }, 'no advice');
  }
}

function codeOf(error: unknown): string {
  if (isRefusal(error, 'TRIAGE_TIMEOUT')) return 'ADVISER_TIMEOUT';
  return error instanceof ConcordatError ? error.code : 'ADVISER_FAULT';
}
