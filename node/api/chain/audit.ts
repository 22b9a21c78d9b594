import { utf8 } from '../../../crypto/bytes.ts';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { AuditEntry } from '../../../proto/domain/audit.ts';
import type { Clock } from '../../../proto/domain/runtime.ts';
import { auditEntry } from '../../ledger/audit-entry.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { CallState } from './call-state.ts';
import { RateLimiter } from './rate.ts';

const ANYBODY = 'anonymous';

/**
 * The audit trail of calls: one entry each, durable before the answer leaves, refused calls too. Callers without a key
 * could fill the disk with refusals, so beyond a rate those are counted, and the count is entered with the next one.
 */
export class CallAudit {
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #perHost: RateLimiter;
  readonly #ofAll: RateLimiter;
  #uncounted = 0;

  constructor(deps: { ledger: Ledger; clock: Clock }) {
    this.#ledger = deps.ledger;
    this.#clock = deps.clock;
    this.#perHost = new RateLimiter(
      { perSecond: LIMITS.apiRefusalsPerSecond, burst: LIMITS.apiRefusalsBurst, holders: LIMITS.apiRateHolders },
      deps,
    );
    this.#ofAll = new RateLimiter(
      { perSecond: LIMITS.apiRefusalsPerSecondOfAll, burst: LIMITS.apiRefusalsBurstOfAll, holders: 1 },
      deps,
    );
  }

  /** Whether a call without a key still gets an entry of its own; if not it is only counted. */
  admitsStranger(host: string): boolean {
    const admitted = this.#perHost.take(host) && this.#ofAll.take(ANYBODY);
    if (!admitted) this.#uncounted += 1;
    return admitted;
  }

  /** Enters a call. Durable on return; throws what the ledger throws. */
  async enter(state: CallState, payload: string | null): Promise<void> {
    const entries = [this.#entryOf(state, payload)];
    const suppressed = this.#uncounted;
    if (suppressed > 0) entries.push(this.#countOf(suppressed));
    await this.#ledger.commit({ writes: [], audit: entries });
    this.#uncounted -= suppressed;
  }

  #entryOf(state: CallState, payload: string | null): AuditEntry {
    return auditEntry({
      atMs: this.#clock.nowMs(),
      actor: state.key?.person ?? ANYBODY,
      action: state.route,
      object: state.object,
      outcome: outcomeOf(state.code),
      ...(state.code === null ? {} : { code: state.code }),
      ...(state.input === null ? {} : { input: state.input }),
      ...(payload === null ? {} : { output: utf8(payload) }),
      versions: state.key === null ? {} : { key: state.key.keyId },
    });
  }

  #countOf(suppressed: number): AuditEntry {
    return auditEntry({
      atMs: this.#clock.nowMs(),
      actor: ANYBODY,
      action: 'calls refused beyond the rate',
      object: `count:${suppressed}`,
      outcome: 'refused',
      code: 'API_RATE',
    });
  }
}

function outcomeOf(code: string | null): AuditEntry['outcome'] {
  if (code === null) return 'done';
  return code === 'API_INTERNAL' || code === 'API_ABORTED' ? 'failed' : 'refused';
}
