import { toHex } from '../../crypto/bytes.ts';
import type { Checkpoint } from '../../crypto/checkpoint.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { sharingEntry } from './audit.ts';
import { MEMBERS } from './markings.ts';

export type CheckpointEvidenceDeps = {
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly clock: Clock;
  readonly log: Log;
  readonly bounds: { readonly checkpointsInEvidence: number };
};

/** The head that this member has verified. */
export type HeldHead = { readonly size: number; readonly checkpointNote: Uint8Array };

/**
 * Checkpoints of the control log that cannot be followed, each kept beside the one held, and those of others that are
 * further on, until they can be judged. The log key has signed all of them, so that their number is its own doing.
 */
export class CheckpointEvidence {
  readonly #deps: CheckpointEvidenceDeps;
  readonly #ahead = new Map<string, { readonly size: number; readonly checkpointNote: Uint8Array }>();

  constructor(deps: CheckpointEvidenceDeps) {
    this.#deps = deps;
  }

  /** Keeps a head that is further on than ours, until its size is reached. */
  remember(checkpointNote: Uint8Array, checkpoint: Checkpoint): void {
    this.#ahead.set(nameOf(checkpoint), { size: checkpoint.size, checkpointNote });
    const [oldest = ''] = this.#ahead.keys();
    if (this.#ahead.size > this.#deps.bounds.checkpointsInEvidence) this.#ahead.delete(oldest);
  }

  /** Remembered heads that can be judged at a size; they are forgotten. */
  takeDue(size: number): readonly Uint8Array[] {
    const due = [...this.#ahead].filter(([, ahead]) => ahead.size <= size);
    for (const [name] of due) this.#ahead.delete(name);
    return due.map(([, { checkpointNote }]) => checkpointNote);
  }

  /** One pair a size and root, so that whoever hangs lines on a note adds nothing. */
  async keep(checkpointNote: Uint8Array, checkpoint: Checkpoint, held: HeldHead): Promise<void> {
    const { clock, ledger, log, viewer } = this.#deps;
    const facts = { held: held.size, size: checkpoint.size };
    // Of a larger one it may be the peer that gave wrong entries; one of a size held here convicts the log itself.
    if (checkpoint.size > held.size) log.warn(facts, 'a signed checkpoint was not borne out by what came with it');
    else log.error(facts, 'a signed checkpoint does not extend the one held; both are kept');
    const name = `evidence/${nameOf(checkpoint)}`;
    if ((await ledger.get('control', `${name}/1`, viewer)) !== undefined || (await this.#isFull())) return;
    const entry = sharingEntry(clock.nowMs(), 'sharing', 'checkpoint.refused', 'log:control', {
      outcome: 'refused',
      code: 'SHARING_CHECKPOINT',
    });
    const writes = [held.checkpointNote, checkpointNote].map(
      (value, place) => ({ space: 'control', key: `${name}/${place}`, value, marking: MEMBERS }) as const,
    );
    await ledger.commit({ writes, audit: [entry] });
  }

  async #isFull(): Promise<boolean> {
    const { bounds, ledger, viewer } = this.#deps;
    const rows = await Array.fromAsync(ledger.list('control', { prefix: 'evidence/' }, viewer));
    return rows.length >= 2 * bounds.checkpointsInEvidence;
  }
}

function nameOf({ root, size }: Checkpoint): string {
  return `${size}-${toHex(root)}`;
}
