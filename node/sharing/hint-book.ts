import { LIMITS } from '../../config/settings/limits.ts';
import { utf8 } from '../../crypto/bytes.ts';
import type { HintBatch } from '../../proto/domain/exchange.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { Marking, Viewer } from '../../proto/domain/marking.ts';
import type { Log } from '../../proto/domain/runtime.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { MEMBERS } from './markings.ts';

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
 * written, and only of so many accounts an agency. A second round's word stands for as long as the first's does that
 * it was spoken after.
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

  /** Writes for what a batch says that is new, and the accounts of which something else holds from now on. */
  async take(
    agencyId: string,
    batch: HintBatch,
    knownAtMs: number,
    marking: Marking,
  ): Promise<{ readonly writes: readonly LedgerWrite[]; readonly accounts: readonly string[] }> {
    const writes = new Map<string, LedgerWrite>();
    const changed: string[] = [];
    let known = this.#accounts.get(agencyId) ?? (await this.#count(agencyId));
    let left = 0;
    for (const { accountId, bucket } of batch.hints) {
      const { buckets, epsilon, round } = batch;
      const hint: ReceivedHint = { agencyId, accountId, bucket, buckets, epsilon, round, knownAtMs };
      const before = await this.#latest(agencyId, accountId);
      const isNew = before.size === 0 && !writes.has(accountId);
      const isTooLong = utf8(accountId).length > LIMITS.flagIdentifierBytes;
      if (isTooLong || (isNew && known >= this.#accountsPerAgency)) left += 1;
      else if (isNews(hint, before)) {
        if (isNew) known += 1;
        writes.set(accountId, row(hint, marking));
        if (saysOther(hint, standing(before).at(-1))) changed.push(accountId);
      }
    }
    this.#accounts.set(agencyId, known);
    if (left > 0) this.#log.warn({ agency: agencyId, left }, 'hints about more accounts than are kept of an agency');
    return { writes: [...writes.values()], accounts: changed };
  }

  /** What a peer agency has said of one of its accounts, as known at a time: of each round that stands, the last. */
  async of(agencyId: string, accountId: string, asOfMs: number): Promise<readonly ReceivedHint[]> {
    return standing(await this.#latest(agencyId, accountId, asOfMs));
  }

  /** What all peer agencies last said in a round, as known at a time, of each account once. */
  async said(round: number, asOfMs: number): Promise<readonly ReceivedHint[]> {
    const said = new Map<string, ReceivedHint>();
    for await (const { key, value } of this.#ledger.list('hint', {}, this.#viewer)) {
      const hint = JSON.parse(Buffer.from(value).toString()) as ReceivedHint;
      // In order of time within an account.
      if (hint.round === round && hint.knownAtMs <= asOfMs) said.set(accountPart(key), hint);
    }
    return [...said.values()];
  }

  /** The write that notes that a peer has said all that it says in the first round of an epoch. */
  ended(peerId: PeerIdText, epoch: number): LedgerWrite {
    return { space: 'cursor', key: endedKey(peerId), value: Buffer.from(String(epoch)), marking: MEMBERS };
  }

  /** Whether a peer has said all that it says in the first round of an epoch, or of a later one. */
  async hasEnded(peerId: PeerIdText, epoch: number): Promise<boolean> {
    const record = await this.#ledger.get('cursor', endedKey(peerId), this.#viewer);
    return record !== undefined && Number(Buffer.from(record.value).toString()) >= epoch;
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

/** What still holds, by round: what a second round said before the first said something else is out of date. */
function standing(latest: ReadonlyMap<number, ReceivedHint>): readonly ReceivedHint[] {
  const firstMs = latest.get(1)?.knownAtMs ?? 0;
  return [...latest.values()]
    .filter(({ knownAtMs }) => knownAtMs >= firstMs)
    .sort((one, other) => one.round - other.round);
}

/** What a second round repeats is news again once it was out of date. */
function isNews(hint: ReceivedHint, before: ReadonlyMap<number, ReceivedHint>): boolean {
  return saysOther(
    hint,
    standing(before).find(({ round }) => round === hint.round),
  );
}

function saysOther(hint: ReceivedHint, before: ReceivedHint | undefined): boolean {
  return hint.bucket !== before?.bucket || hint.buckets !== before.buckets || hint.epsilon !== before.epsilon;
}

function row(hint: ReceivedHint, marking: Marking): LedgerWrite {
  const key = `${prefixOf(hint.agencyId, hint.accountId)}${timeText(hint.knownAtMs)}/${hint.round}`;
  return { space: 'hint', key, value: Buffer.from(JSON.stringify(hint)), marking };
}

function accountPart(key: string): string {
  return key.split('/', 2).join('/');
}

function endedKey(peerId: PeerIdText): string {
  return `hints-ended/${peerId}`;
}

function timeText(atMs: number): string {
  return String(atMs).padStart(TIME_DIGITS, '0');
}

/** Any text may be an account of a peer: in base64 it can hold no separator, and no account begins like another. */
function prefixOf(agencyId: string, accountId: string): string {
  return `${agencyId}/${Buffer.from(accountId).toString('base64url')}/`;
}
