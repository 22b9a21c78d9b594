import { LIMITS } from '../../../../config/settings/limits.ts';
import type { EntityKey } from '../../../../proto/domain/ids.ts';
import { type AccountFlows, type Flow, insert, type Pair, type StreamTransfer } from './flow.ts';

/** Accounts and pairs that have been silent are looked for so often. */
const SWEEP_MS = 7 * 86_400_000;

export type FlowBookSettings = {
  /** Transfers older than this, by the newest one seen, are let go. */
  readonly windowMs: number;
  /** For so long a counterparty counts as known. */
  readonly lookbackMs: number;
  readonly mostFlows: number;
  readonly mostAccounts: number;
};

/**
 * The transfers of a sliding window by account, in bounded memory: so many in all, the oldest go; of each account the
 * newest LIMITS.detectionAccountFlows in each direction and LIMITS.detectionCounterparties counterparties. Time is
 * what transfers say; one older than the window is refused, one that comes late is put where it belongs.
 */
export class FlowBook {
  readonly #settings: FlowBookSettings;
  readonly #accounts = new Map<EntityKey, AccountFlows>();
  readonly #ids = new Map<string, Flow>();
  /** All flows held, in the order in which they came; those before #gone are let go. */
  #held: Flow[] = [];
  #gone = 0;
  #newestMs = -Infinity;
  #sweptMs = -Infinity;

  constructor(settings: FlowBookSettings) {
    this.#settings = settings;
  }

  get accounts(): number {
    return this.#accounts.size;
  }

  get flows(): number {
    return this.#ids.size;
  }

  /** Takes a transfer in; undefined when it is held already, or older than the window. */
  add(transfer: StreamTransfer): Flow | undefined {
    const { amount, atMs, currency, edgeId, knownAtMs } = transfer;
    if (atMs < this.#newestMs - this.#settings.windowMs || this.#ids.has(edgeId)) return undefined;
    this.#advance(atMs);
    const from = this.#account(transfer.from);
    const to = this.#account(transfer.to);
    const flow: Flow = {
      edgeId,
      from,
      to,
      amount,
      currency,
      atMs,
      knownAtMs,
      pair: this.#pair(from, to, atMs),
      fromQuietMs: from.lastAtMs === null ? 0 : atMs - from.lastAtMs,
      toQuietMs: to.lastAtMs === null ? 0 : atMs - to.lastAtMs,
    };
    for (const end of [from, to]) end.lastAtMs = Math.max(atMs, end.lastAtMs ?? atMs);
    put(from.outgoing, flow);
    put(to.incoming, flow);
    this.#ids.set(edgeId, flow);
    this.#held.push(flow);
    return flow;
  }

  #advance(atMs: number): void {
    if (atMs > this.#newestMs) this.#newestMs = atMs;
    const startMs = this.#newestMs - this.#settings.windowMs;
    for (;;) {
      const oldest = this.#held[this.#gone];
      if (oldest === undefined || (oldest.atMs >= startMs && this.#ids.size < this.#settings.mostFlows)) break;
      this.#gone += 1;
      this.#ids.delete(oldest.edgeId);
      remove(oldest.from.outgoing, oldest);
      remove(oldest.to.incoming, oldest);
    }
    if (this.#gone > 1_024 && this.#gone * 2 > this.#held.length) {
      this.#held = this.#held.slice(this.#gone);
      this.#gone = 0;
    }
    if (this.#newestMs >= this.#sweptMs + SWEEP_MS) this.#sweep(this.#settings.lookbackMs);
  }

  #account(key: EntityKey): AccountFlows {
    const known = this.#accounts.get(key);
    if (known !== undefined) return known;
    if (this.#accounts.size >= this.#settings.mostAccounts) this.#makeRoom();
    const account: AccountFlows = { key, incoming: [], outgoing: [], pairs: new Map(), lastAtMs: null };
    this.#accounts.set(key, account);
    return account;
  }

  /** Lets go of who has been silent for the window, and if that is nobody of the longest known. */
  #makeRoom(): void {
    this.#sweep(this.#settings.windowMs);
    const [longest] = this.#accounts.keys();
    if (this.#accounts.size >= this.#settings.mostAccounts && longest !== undefined) this.#accounts.delete(longest);
  }

  /** Each pair is held once, by the account that sorts first, so that both directions find it. */
  #pair(from: AccountFlows, to: AccountFlows, atMs: number): Pair {
    const [holder, other] = from.key < to.key ? [from, to] : [to, from];
    const known = holder.pairs.get(other);
    if (known !== undefined && known.lastAtMs >= atMs - this.#settings.lookbackMs) {
      known.transfers += 1;
      known.lastAtMs = Math.max(known.lastAtMs, atMs);
      return known;
    }
    const [longest] = holder.pairs.size >= LIMITS.detectionCounterparties ? holder.pairs.keys() : [];
    if (longest !== undefined) holder.pairs.delete(longest);
    const pair = { transfers: 1, lastAtMs: atMs };
    holder.pairs.set(other, pair);
    return pair;
  }

  #sweep(silentMs: number): void {
    this.#sweptMs = this.#newestMs;
    const silentBeforeMs = this.#newestMs - silentMs;
    for (const [key, account] of this.#accounts) {
      for (const [other, { lastAtMs }] of account.pairs) if (lastAtMs < silentBeforeMs) account.pairs.delete(other);
      if ((account.lastAtMs ?? silentBeforeMs) < silentBeforeMs) this.#accounts.delete(key);
    }
  }
}

function put(flows: Flow[], flow: Flow): void {
  insert(flows, flow);
  if (flows.length > LIMITS.detectionAccountFlows) flows.shift();
}

/** The oldest go first, so it stands at the front, unless the account held too many or it came late. */
function remove(flows: Flow[], flow: Flow): void {
  if (flows[0] === flow) flows.shift();
  else if (flows.includes(flow)) flows.splice(flows.indexOf(flow), 1);
}
