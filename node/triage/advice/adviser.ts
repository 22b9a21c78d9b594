import type { Advice } from '../../../proto/domain/decision.ts';
import type { AdviceRequest } from './question.ts';

/** How an adviser is, for status and readiness. */
export type AdviserStatus = {
  readonly driver: string;
  /** off: there is no model to ask; degraded: it is not asked for the moment. */
  readonly state: 'off' | 'ok' | 'degraded';
  /** Code of why it is degraded. */
  readonly code: string | null;
  readonly prompt: string | null;
  readonly models: Readonly<Record<string, string>>;
  readonly tokensToday: number;
  readonly tokensPerDay: number;
};

/**
 * Writes about an alert that code has decided. Whatever it says, code checks it and only ever raises by it.
 */
export type Adviser = {
  /** null at once where there is no model to ask. Never rejects: what goes wrong stands in the advice, by its code. */
  advise(request: AdviceRequest): Promise<Advice> | null;
  status(): AdviserStatus;
  /** Gives up what is under way; the alerts are decided without. */
  stop(): void;
};

/** The `local` driver: narrative and findings are those that the code writes. Opens nothing, sends nothing. */
export const LOCAL_ADVISER: Adviser = {
  advise: () => null,
  status: () => ({
    driver: 'local',
    state: 'off',
    code: null,
    prompt: null,
    models: {},
    tokensToday: 0,
    tokensPerDay: 0,
  }),
  stop: () => undefined,
};
