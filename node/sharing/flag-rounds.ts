import { LIMITS } from '../../config/settings/limits.ts';
import { toHex } from '../../crypto/bytes.ts';
import { paddingItem } from '../../crypto/flag/item.ts';
import { shuffled } from '../../crypto/shuffle.ts';
import { encodeFlagBatch } from '../../proto/codec/payload.ts';
import type { FlagItem } from '../../proto/domain/exchange.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { Policy } from '../../proto/domain/policy.ts';
import type { Clock, Log, RandomBytes } from '../../proto/domain/runtime.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { sharingEntry } from './audit.ts';
import type { FlagKeyHolder } from './flag-key-holder.ts';
import type { FlagStore } from './flag-store.ts';
import type { FlagTagger } from './flag-tagger.ts';
import type { Flags } from './flags.ts';
import { SHARED } from './markings.ts';
import { KeyedMutex } from './mutex.ts';
import type { Directory } from './ports.ts';
import { type FlagRound, type PreparedFlag, type PreparedFlags, preparedWrite, roundWrite } from './prepared-flags.ts';
import type { Publisher } from './publish.ts';

export type FlagRoundsDeps = {
  readonly ledger: Ledger;
  readonly flags: Flags;
  readonly store: FlagStore;
  readonly prepared: PreparedFlags;
  readonly tagger: FlagTagger;
  readonly holder: FlagKeyHolder;
  readonly directory: Pick<Directory, 'currentEpoch' | 'erasure' | 'keyAnnouncement'>;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** How long tagging is tried after the window has closed. */
  readonly collectMs: number;
};

/**
 * Multiples of that time after which a round is given up: without a sign of the key; while its erasure is known here
 * and not logged; while its holder still has it, whose own window may close later. Chosen.
 */
const PATIENCE = { silent: 2, unlogged: 4, held: 20 } as const;

/** Flags of an epoch are of no use to anybody a week later. */
const LIFE_MS = 7 * 86_400_000;

/**
 * The flags of each closed epoch: tagged, held until the holder's statement that the key is erased stands in the
 * control log, and not a moment less, then sent in padded, shuffled batches to the coordinator alone. If the statement
 * never comes, the epoch is skipped and the flags wait for the next.
 */
export class FlagRounds {
  readonly #deps: FlagRoundsDeps;
  readonly #mutex = new KeyedMutex();
  readonly #open: Set<number>;

  private constructor(deps: FlagRoundsDeps, open: Set<number>) {
    this.#deps = deps;
    this.#open = open;
  }

  static async open(deps: FlagRoundsDeps): Promise<FlagRounds> {
    return new FlagRounds(deps, new Set((await deps.prepared.rounds()).map(({ epoch }) => epoch)));
  }

  /** Whether nothing of this epoch and those before waits here. */
  isSettled(epoch: number): boolean {
    return [...this.#open].every((open) => open > epoch);
  }

  /** Begins the round of an epoch whose window has closed. @returns how many flags are prepared. @throws as tag does */
  async begin(epoch: number, policy: Policy): Promise<number> {
    return this.#mutex.run('round', async () => {
      const { clock, ledger } = this.#deps;
      const round: FlagRound = { epoch, closedAtMs: clock.nowMs(), tagged: false, batches: null };
      await ledger.commit({ writes: [roundWrite(round)], audit: [] });
      this.#open.add(epoch);
      return this.#tag(round, policy);
    });
  }

  /**
   * Waits with the others until the key of an epoch is erased, where this node sends no flags in it: the next epoch,
   * which it may be the one to begin, ends the key and with it what they have not tagged yet.
   */
  async sitOut(epoch: number): Promise<void> {
    await this.#mutex.run('round', async () => {
      if (this.#open.has(epoch) || this.#isPast(epoch, 0)) return;
      const round: FlagRound = { epoch, closedAtMs: this.#deps.clock.nowMs(), tagged: true, batches: 0 };
      await this.#deps.ledger.commit({ writes: [roundWrite(round)], audit: [] });
      this.#open.add(epoch);
    });
  }

  /** This node's own window of an epoch is closed: where it holds the key, the others have their time from now on. */
  windowClosed(epoch: number): void {
    this.#deps.holder.windowClosed(epoch);
  }

  /** Does for each round what can be done now. @param gateway undefined when flags may not leave (any more) */
  async settle(policy: Policy, gateway: string | undefined): Promise<void> {
    await this.#mutex.run('round', async () => {
      if (this.#open.size === 0) return;
      for (const round of await this.#deps.prepared.rounds()) await this.#settle(round, policy, gateway);
    });
  }

  async #settle(round: FlagRound, policy: Policy, gateway: string | undefined): Promise<void> {
    const { clock, collectMs, directory, log } = this.#deps;
    const waitedMs = clock.nowMs() - round.closedAtMs;
    if (gateway === undefined) {
      if (this.#isPast(round.epoch, waitedMs / collectMs)) await this.#skip(round);
    } else if (directory.erasure('flag', round.epoch, { logged: true }) !== undefined) {
      await this.#send(round, policy, gateway);
    } else if (!round.tagged && waitedMs < collectMs) {
      await this.#tagAgain(round, policy);
    } else if (await this.#isHopeless(round.epoch, waitedMs / collectMs)) {
      log.warn({ epoch: round.epoch }, 'the flag key was not erased in time; the epoch is skipped');
      await this.#skip(round);
    }
  }

  /** Whether nobody can be tagging in an epoch any more, as far as one can tell who may not ask the holder. */
  #isPast(epoch: number, waited: number): boolean {
    const { directory } = this.#deps;
    if (directory.currentEpoch() > epoch || waited >= PATIENCE.held) return true;
    return directory.keyAnnouncement('flag', epoch) === undefined || directory.erasure('flag', epoch) !== undefined;
  }

  async #isHopeless(epoch: number, waited: number): Promise<boolean> {
    const { directory, tagger } = this.#deps;
    if (waited < PATIENCE.silent) return false;
    if (directory.erasure('flag', epoch) !== undefined) return waited >= PATIENCE.unlogged;
    return waited >= PATIENCE.held || !(await tagger.isKeyHeld(epoch));
  }

  async #tag(round: FlagRound, policy: Policy): Promise<number> {
    const count = await this.#deps.tagger.tag(round.epoch, policy);
    await this.#deps.ledger.commit({ writes: [roundWrite({ ...round, tagged: true })], audit: [] });
    return count;
  }

  async #tagAgain(round: FlagRound, policy: Policy): Promise<void> {
    try {
      await this.#tag(round, policy);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#deps.log.debug({ epoch: round.epoch, code: error.code }, 'flags cannot be tagged yet');
    }
  }

  /**
   * Sends what is left, each batch in one commit with the deletion of what it was made from. An epoch without flags of
   * ours sends its batch of dummies all the same; one that could not be tagged sends none.
   */
  async #send(round: FlagRound, policy: Policy, gateway: string): Promise<void> {
    const { batchSize } = policy.flags;
    const prepared = await this.#deps.prepared.list(round.epoch);
    const planned = round.batches ?? (round.tagged || prepared.length > 0 ? 1 : 0);
    const count = Math.max(planned, Math.ceil(prepared.length / batchSize));
    for (const [place, batch] of this.#distribute(prepared, count, batchSize).entries())
      await this.#sendBatch({ ...round, batches: count - place - 1 }, batch, batchSize, gateway);
    if (count === 0) await this.#end(round, []);
    this.#open.delete(round.epoch);
  }

  /** Which batch each flag goes in, by lot, so that no place tells a dummy. */
  #distribute(
    prepared: readonly PreparedFlag[],
    count: number,
    batchSize: number,
  ): readonly (readonly PreparedFlag[])[] {
    const dummies = Array.from({ length: count * batchSize - prepared.length }, () => undefined);
    const slots = shuffled([...prepared, ...dummies], this.#deps.random);
    return Array.from({ length: count }, (_, place) =>
      slots.slice(place * batchSize, (place + 1) * batchSize).filter((slot) => slot !== undefined),
    );
  }

  /** One that was withdrawn meanwhile does not leave any more. */
  async #sendBatch(
    round: FlagRound,
    batch: readonly PreparedFlag[],
    batchSize: number,
    gateway: string,
  ): Promise<void> {
    const { clock, flags, publisher } = this.#deps;
    const { epoch } = round;
    await flags.exclusively(async () => {
      const found = await Promise.all(batch.map(({ flag }) => flags.get(flag)));
      const live = batch.filter((_, place) => found[place] !== undefined && found[place].state !== 'withdrawn');
      const payload = encodeFlagBatch(this.#padded(live, batchSize));
      const writes = [
        ...batch.map((prepared) => preparedWrite(epoch, prepared, true)),
        ...(await this.#sentWrites(epoch, live)),
        roundWrite(round, round.batches === 0),
      ];
      await publisher.publish(
        {
          kind: 'flag_batch',
          audience: { scope: 'coordinator', id: '' },
          epoch,
          payload,
          marking: SHARED,
          gateway,
          purpose: 'aml',
          caseHandle: '',
          lifeMs: LIFE_MS,
          sinks: ['coordinator'],
        },
        { writes, audit: [sharingEntry(clock.nowMs(), 'sharing', 'flags.sent', `epoch:${epoch}`)] },
      );
    });
  }

  #padded(live: readonly PreparedFlag[], batchSize: number): readonly FlagItem[] {
    const { random } = this.#deps;
    const dummies = Array.from({ length: batchSize - live.length }, () => paddingItem(random));
    return shuffled([...live.map(({ item }) => item), ...dummies], random);
  }

  async #sentWrites(epoch: number, live: readonly PreparedFlag[]): Promise<readonly LedgerWrite[]> {
    const { flags, store } = this.#deps;
    const writes: LedgerWrite[] = [];
    for (const { flag: id, item } of live) {
      const flag = await flags.get(id);
      if (flag === undefined) continue;
      const sent = [...flag.sent, { epoch, handle: toHex(item.handle) }].slice(-LIMITS.flagSendings);
      writes.push(store.write({ ...flag, sent }));
    }
    return writes;
  }

  /** Throws away what was prepared: its flags wait. */
  async #skip(round: FlagRound): Promise<void> {
    await this.#end(round, await this.#deps.prepared.list(round.epoch));
    this.#open.delete(round.epoch);
  }

  async #end(round: FlagRound, prepared: readonly PreparedFlag[]): Promise<void> {
    for (let start = 0; start < prepared.length; start += LIMITS.flagsPerUnit) {
      const part = prepared.slice(start, start + LIMITS.flagsPerUnit);
      await this.#deps.ledger.commit({
        writes: part.map((each) => preparedWrite(round.epoch, each, true)),
        audit: [],
      });
    }
    await this.#deps.ledger.commit({ writes: [roundWrite(round, true)], audit: [] });
  }
}
