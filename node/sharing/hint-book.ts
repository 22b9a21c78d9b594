import { LIMITS } from '../../config/settings/limits.ts';
import { utf8 } from '../../crypto/bytes.ts';
import type { HintBatch } from '../../proto/domain/exchange.ts';
import type { Marking, Viewer } from '../../proto/domain/marking.ts';
import type { Log } from '../../proto/domain/runtime.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';

/** A hint as it is kept: whose account, what was said of it, when it became known here (business time). */
export type ReceivedHint = {
  readonly agencyId: string;
  readonly accountId: string;
  readonly bucket: number;
  readonly buckets: number;
  readonly epsilon: number;
  readonly round: number;
  readonly knownAtMs: number;
};

const TIME_DIGITS = 15;
/** Two at most (DESIGN, section 5). */
const ROUNDS = 2;

/**
 * Hints received, with the times at which they became known. A peer says the same in every epoch: only what is new is
 * written, and only of so many accounts an agency.
 */
export class HintBook {
  readonly #ledger: Ledger;
  readonly #viewer: Viewer;
  readonly #log: Log;
  readonly #accountsPerAgency: number;
  /** Accounts known of each agency, counted when it is first needed. */
  readonly #accounts = new Map<string, number>();

  constructor(ledger: Ledger, viewer: Viewer, log: Log, accountsPerAgency: number) {
    this.#ledger = ledger;
    this.#viewer = viewer;
    this.#log = log;
    this.#accountsPerAgency = accountsPerAgency;
  }

  /** Writes for what a batch says that is new, and the accounts concerned. */
  async take(
    agencyId: string,
    batch: HintBatch,
    knownAtMs: number,
    marking: Marking,
  ): Promise<{ readonly writes: readonly LedgerWrite[]; readonly accounts: readonly string[] }> {
    const writes = new Map<string, LedgerWrite>();
    let known = this.#accounts.get(agencyId) ?? (await this.#count(agencyId));
    let left = 0;
    for (const { accountId, bucket } of batch.hints) {
      const { buckets, epsilon, round } = batch;
      const hint: ReceivedHint = { agencyId, accountId, bucket, buckets, epsilon, round, knownAtMs };
      const before = await this.#latest(agencyId, accountId);
      const isNew = before.size === 0 && !writes.has(accountId);
      const isTooLong = utf8(accountId).length > LIMITS.flagIdentifierBytes;
      if (isTooLong || (isNew && known >= this.#accountsPerAgency)) left += 1;
      else if (isNews(hint, before.get(round))) {
        if (isNew) known += 1;
        writes.set(accountId, row(hint, marking));
      }
    }
    this.#accounts.set(agencyId, known);
    if (left > 0) this.#log.warn({ agency: agencyId, left }, 'hints about more accounts than are kept of an agency');
    return { writes: [...writes.values()], accounts: [...writes.keys()] };
  }

  /** What a peer agency has said of one of its accounts, as known at a time: of each round, the last. */
  async of(agencyId: string, accountId: string, asOfMs: number): Promise<readonly ReceivedHint[]> {
    return [...(await this.#latest(agencyId, accountId, asOfMs)).values()];
  }

  /** By round. */
  async #latest(
    agencyId: string,
    accountId: string,
    asOfMs = Number.MAX_SAFE_INTEGER - 1,
  ): Promise<ReadonlyMap<number, ReceivedHint>> {
    const latest = new Map<number, ReceivedHint>();
    const prefix = prefixOf(agencyId, accountId);
    const range = { prefix, to: `${prefix}${timeText(asOfMs + 1)}`, reverse: true };
    for await (const { value } of this.#ledger.list('hint', range, this.#viewer)) {
      const hint = JSON.parse(Buffer.from(value).toString()) as ReceivedHint;
      if (!latest.has(hint.round)) latest.set(hint.round, hint);
      if (latest.size === ROUNDS) break;
    }
    return latest;
  }

  async #count(agencyId: string): Promise<number> {
    const accounts = new Set<string>();
    for await (const { key } of this.#ledger.list('hint', { prefix: `${agencyId}/` }, this.#viewer))
      accounts.add(key.split('/')[1] ?? '');
    return accounts.size;
  }
}

function isNews(hint: ReceivedHint, before: ReceivedHint | undefined): boolean {
  return hint.bucket !== before?.bucket || hint.buckets !== before.buckets || hint.epsilon !== before.epsilon;
}

function row(hint: ReceivedHint, marking: Marking): LedgerWrite {
  const key = `${prefixOf(hint.agencyId, hint.accountId)}${timeText(hint.knownAtMs)}/${hint.round}`;
  return { space: 'hint', key, value: Buffer.from(JSON.stringify(hint)), marking };
}

function timeText(atMs: number): string {
  return String(atMs).padStart(TIME_DIGITS, '0');
}

/** Any text may be an account of a peer: in base64 it can hold no separator, and no account begins like another. */
function prefixOf(agencyId: string, accountId: string): string {
  return `${agencyId}/${Buffer.from(accountId).toString('base64url')}/`;
}
