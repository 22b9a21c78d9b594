/** How a dependency is: degraded ones are told of and serve on. */
export const CHECK_STATES = ['ok', 'degraded', 'failed'] as const;
export type CheckState = (typeof CHECK_STATES)[number];

export type CheckResult = {
  readonly state: CheckState;
  /** Code of the refusal or a constant word; never text of a fault. */
  readonly reason?: string;
};

export type Check = () => Promise<CheckResult> | CheckResult;

/** Readiness: whether the program can do its work now. Source: aml-triage-deployment-guide, Health Checks. */
export type Readiness = {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, CheckState>>;
  /** Reasons of the checks that are not ok. */
  readonly detail: Readonly<Record<string, string>>;
};

/**
 * The checks behind readiness. One that throws or does not answer in time has failed; ready means that none failed.
 */
export class Health {
  readonly #checks = new Map<string, Check>();
  readonly #timeoutMs: number;
  #draining = false;

  constructor(options: { timeoutMs: number }) {
    this.#timeoutMs = options.timeoutMs;
  }

  /** Adds or replaces a check. */
  add(name: string, check: Check): void {
    this.#checks.set(name, check);
  }

  /** From now on not ready, so that a balancer sends no more work while the last is finished. */
  drain(): void {
    this.#draining = true;
  }

  async readiness(): Promise<Readiness> {
    const results = await Promise.all(
      [...this.#checks].map(async ([name, check]) => [name, await this.#bounded(check)] as const),
    );
    const failed = results.some(([, { state }]) => state === 'failed');
    const reasons = results.filter(([, { state }]) => state !== 'ok');
    return {
      ready: !failed && !this.#draining,
      checks: Object.fromEntries(results.map(([name, { state }]) => [name, state])),
      detail: {
        ...Object.fromEntries(reasons.map(([name, { state, reason }]) => [name, reason ?? state])),
        ...(this.#draining ? { lifecycle: 'stopping' } : {}),
      },
    };
  }

  async #bounded(check: Check): Promise<CheckResult> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<CheckResult>((resolve) => {
      timer = setTimeout(() => resolve({ state: 'failed', reason: 'timeout' }), this.#timeoutMs);
    });
    try {
      return await Promise.race([Promise.resolve().then(check), late]);
    } catch {
      return { state: 'failed', reason: 'fault' };
    } finally {
      clearTimeout(timer);
    }
  }
}
