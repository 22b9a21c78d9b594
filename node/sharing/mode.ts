import type { Viewer } from '../../proto/domain/marking.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { sharingEntry } from './audit.ts';
import { MEMBERS } from './markings.ts';
import { KeyedMutex } from './mutex.ts';
import { sharingRefusal } from './refusal.ts';

/** Shadow: works on real data, receives what peers publish, changes no disposition, sends control traffic only. */
export type SharingMode = 'shadow' | 'active';

export type ModeState = {
  readonly mode: SharingMode;
  readonly changedAtMs: number;
  /** Persons who have asked to leave shadow mode; two different ones are needed. */
  readonly approvals: readonly { readonly person: string; readonly atMs: number }[];
};

const KEY = 'sharing-mode';
/** An approval that nobody seconds within a day counts no more. */
const APPROVAL_LIFE_MS = 86_400_000;
const INITIAL: ModeState = { mode: 'shadow', changedAtMs: 0, approvals: [] };

/** The switch between shadow and active: two persons to leave shadow, one command to return, each step audited. */
export class Mode {
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #mutex = new KeyedMutex();
  #state: ModeState;

  private constructor(ledger: Ledger, clock: Clock, state: ModeState) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#state = state;
  }

  static async open(ledger: Ledger, clock: Clock, viewer: Viewer): Promise<Mode> {
    const record = await ledger.get('approval', KEY, viewer);
    const state = record === undefined ? INITIAL : (JSON.parse(Buffer.from(record.value).toString()) as ModeState);
    return new Mode(ledger, clock, state);
  }

  state(): ModeState {
    return this.#state;
  }

  active(): boolean {
    return this.#state.mode === 'active';
  }

  /** @throws SHARING_SHADOW while in shadow mode */
  assertActive(): void {
    if (!this.active()) throw sharingRefusal('SHARING_SHADOW');
  }

  /** One person's word to leave shadow mode; the second, of another person, makes it so. The same person again changes nothing. */
  async approveLeaving(person: string): Promise<ModeState> {
    return this.#mutex.run(KEY, async () => {
      if (this.active()) return this.#state;
      const atMs = this.#clock.nowMs();
      const standing = this.#state.approvals.filter(
        (approval) => approval.person !== person && approval.atMs > atMs - APPROVAL_LIFE_MS,
      );
      const approvals = [...standing, { person, atMs }];
      const mode: SharingMode = approvals.length >= 2 ? 'active' : 'shadow';
      return this.#save(
        { mode, changedAtMs: mode === 'active' ? atMs : this.#state.changedAtMs, approvals },
        person,
        mode === 'active' ? 'shadow.left' : 'shadow.approved',
      );
    });
  }

  /** Any one person returns to shadow at once. */
  async enterShadow(person: string): Promise<ModeState> {
    return this.#mutex.run(KEY, () =>
      this.#save({ mode: 'shadow', changedAtMs: this.#clock.nowMs(), approvals: [] }, person, 'shadow.entered'),
    );
  }

  async #save(state: ModeState, person: string, action: string): Promise<ModeState> {
    const value = Buffer.from(JSON.stringify(state));
    await this.#ledger.commit({
      writes: [{ space: 'approval', key: KEY, value, marking: MEMBERS }],
      audit: [sharingEntry(this.#clock.nowMs(), person, action, 'sharing:mode')],
    });
    this.#state = state;
    return state;
  }
}
