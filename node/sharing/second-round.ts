import { secondRoundOff, type SecondRoundOffReason } from '../../config/policy/floors.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Policy } from '../../proto/domain/policy.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { sharingEntry } from './audit.ts';
import type { HintBook } from './hint-book.ts';
import type { Hints } from './hints.ts';
import { MEMBERS } from './markings.ts';
import type { Mode } from './mode.ts';
import { KeyedMutex } from './mutex.ts';
import type { Directory, Self } from './ports.ts';
import { releaseOf } from './release.ts';

export type SecondRoundsDeps = {
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly directory: Directory;
  readonly self: Pick<Self, 'agencyId'>;
  readonly mode: Pick<Mode, 'active'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly hints: Pick<Hints, 'push'>;
  readonly book: Pick<HintBook, 'hasEnded'>;
  readonly online: () => readonly PeerIdText[];
  /** How long peers' first round is waited for after the own window has closed. */
  readonly collectMs: number;
};

/** The second round of an epoch; the last one is kept when it has ended. */
type SecondRound = {
  readonly epoch: number;
  readonly ended: boolean;
  /** Clock time at which the window closed. */
  readonly closedAtMs: number;
  /** Members that were there and may hint: without their first round the second is not begun, within bounds. */
  readonly waitsFor: readonly PeerIdText[];
};

/** Multiples of the wait after which a round that cannot be sent is given up, so that no epoch hangs on it. Chosen. */
const PATIENCE = 4;
const KEY = 'second-round';

/**
 * The second round of hints, where policy opts in: once the members that were there when the window closed have said
 * all of their first round, or have been waited for, own accounts are scored anew with it and hinted at again. It ends
 * with its epoch: a window that closes meanwhile begins a new one in its place.
 */
export class SecondRounds {
  readonly #deps: SecondRoundsDeps;
  readonly #mutex = new KeyedMutex();
  #open: SecondRound | undefined;

  private constructor(deps: SecondRoundsDeps, open: SecondRound | undefined) {
    this.#deps = deps;
    this.#open = open;
  }

  static async open(deps: SecondRoundsDeps): Promise<SecondRounds> {
    const record = await deps.ledger.get('cursor', KEY, deps.viewer);
    const last = record === undefined ? undefined : (JSON.parse(Buffer.from(record.value).toString()) as SecondRound);
    return new SecondRounds(deps, last?.ended === false ? last : undefined);
  }

  /** Whether nothing of this epoch and those before waits here. */
  isSettled(epoch: number): boolean {
    return this.#open === undefined || this.#open.epoch > epoch;
  }

  /** Why a first round of now is not followed by a second, undefined where it is. */
  off(): SecondRoundOffReason | undefined {
    return secondRoundOff(this.#deps.directory);
  }

  /** Begins that of an epoch whose first round has been sent. */
  async begin(epoch: number): Promise<void> {
    const { clock, directory, ledger, online, self } = this.#deps;
    const mayHint = (peerId: PeerIdText): boolean => {
      const from = directory.node(peerId)?.agencyId;
      if (from === undefined || from === self.agencyId || directory.isSuspended(peerId)) return false;
      return releaseOf(directory, { kind: 'hint', from, to: [self.agencyId] }).allowed;
    };
    const round = { epoch, ended: false, closedAtMs: clock.nowMs(), waitsFor: online().filter(mayHint) };
    await this.#mutex.run('round', async () => {
      await ledger.commit({ writes: [roundWrite(round)], audit: [] });
      this.#open = round;
    });
  }

  /** Does what can be done now; calls do not overlap. @throws what pushing throws: the next call tries again */
  async tick(): Promise<void> {
    const { clock, collectMs, directory, log, mode } = this.#deps;
    const round = this.#open;
    const policy = directory.policy();
    if (round === undefined || policy === undefined) return;
    const waited = (clock.nowMs() - round.closedAtMs) / collectMs;
    const missing = await this.#missing(round);
    if (!mode.active() || this.off() !== undefined) await this.#end(round, 'refused', missing.length);
    else if (waited >= PATIENCE) {
      log.warn({ epoch: round.epoch }, 'the second round of hints could not be sent; the epoch goes on without it');
      await this.#end(round, 'failed', missing.length);
    } else if (waited >= 1 || missing.length === 0) await this.#send(round, policy, missing.length);
  }

  async #send(round: SecondRound, policy: Policy, missing: number): Promise<void> {
    const { hints, log } = this.#deps;
    const { epoch } = round;
    if (missing > 0) log.info({ epoch, missing }, 'second round of hints without the first of all members');
    await hints.push({ epoch, policy, round: 2, ends: false });
    await this.#end(round, 'done', missing);
  }

  async #missing({ epoch, waitsFor }: SecondRound): Promise<readonly PeerIdText[]> {
    const { book, directory } = this.#deps;
    const ended = await Promise.all(waitsFor.map((peerId) => book.hasEnded(peerId, epoch)));
    return waitsFor.filter((peerId, place) => ended[place] !== true && !directory.isSuspended(peerId));
  }

  /** Says on how many members' first round it rests. */
  async #end(round: SecondRound, outcome: 'done' | 'refused' | 'failed', missing: number): Promise<void> {
    const { clock, ledger } = this.#deps;
    const versions = { heard: String(round.waitsFor.length - missing), missing: String(missing) };
    const detail = { outcome, versions };
    const entry = sharingEntry(clock.nowMs(), 'sharing', 'hints.second_round', `epoch:${round.epoch}`, detail);
    await this.#mutex.run('round', async () => {
      // The next window may have closed meanwhile, and its round stands in this one's place.
      const writes = this.#open === round ? [roundWrite({ ...round, ended: true })] : [];
      await ledger.commit({ writes, audit: [entry] });
      if (this.#open === round) this.#open = undefined;
    });
  }
}

function roundWrite(round: SecondRound): LedgerWrite {
  return { space: 'cursor', key: KEY, value: Buffer.from(JSON.stringify(round)), marking: MEMBERS };
}
