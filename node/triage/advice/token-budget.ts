import type { Clock } from '../../../proto/domain/runtime.ts';
import { adviserRefusal } from './errors.ts';

/** Keeps what each day has cost. Durable on return. */
export type TokenStore = {
  load(day: string): Promise<number>;
  save(day: string, tokens: number): Promise<void>;
};

/** What one call may cost, debited from the day before it is made. */
export type TokenHold = { readonly day: string; readonly tokens: number };

/**
 * Tokens that advice may cost in a day (UTC). A call is debited at its most before it is made and the difference given
 * back after it, so that a stop or crash in between overcounts and never undercounts.
 */
export class TokenBudget {
  readonly #perDay: number;
  readonly #store: TokenStore;
  readonly #clock: Clock;
  #day = '';
  #spent = 0;
  #refusedOn = '';
  #turn: Promise<unknown> = Promise.resolve();

  constructor(perDay: number, deps: { readonly store: TokenStore; readonly clock: Clock }) {
    this.#perDay = perDay;
    this.#store = deps.store;
    this.#clock = deps.clock;
  }

  /** Spent today, with what is held; 0 before the first call of a day. */
  get spentToday(): number {
    return this.#day === dayOf(this.#clock) ? this.#spent : 0;
  }

  /** Whether a call of today was refused for want of tokens. */
  get isSpent(): boolean {
    return this.#refusedOn === dayOf(this.#clock);
  }

  /** @throws ADVISER_BUDGET when the day has not so many left */
  hold(tokens: number): Promise<TokenHold> {
    return this.#inTurn(async () => {
      const day = dayOf(this.#clock);
      if (day !== this.#day) {
        this.#spent = await this.#store.load(day);
        this.#day = day;
      }
      if (this.#spent + tokens > this.#perDay) {
        this.#refusedOn = day;
        throw adviserRefusal('ADVISER_BUDGET');
      }
      await this.#store.save(day, this.#spent + tokens);
      this.#spent += tokens;
      return { day, tokens };
    });
  }

  /** Puts what a call has cost in the place of what was held for it. The store learns of it with the next hold. */
  settle(hold: TokenHold, usedTokens: number): void {
    if (hold.day === this.#day) this.#spent += usedTokens - hold.tokens;
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

function dayOf(clock: Clock): string {
  return new Date(clock.nowMs()).toISOString().slice(0, 10);
}
