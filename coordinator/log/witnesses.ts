import type { Member } from '../../config/policy/state.ts';
import { concat, equalBytes } from '../../crypto/bytes.ts';
import { openCheckpoint, openCosignature } from '../../crypto/checkpoint.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import { auditEntry } from '../audit.ts';
import { coordinatorError } from '../errors.ts';
import type { CoordinatorStore } from '../store/coordinator-store.ts';
import type { LogName, TreeLog } from './tree-log.ts';

export type Cosignature = {
  readonly log: LogName;
  readonly tree: TreeLog;
  readonly member: Member;
  /** The checkpoint as the member saw it. */
  readonly note: Uint8Array;
  /** Its line under it; the key's name is the peer id. */
  readonly line: Uint8Array;
};

/** Keeps of each member the last checkpoint that it cosigned. */
export class Witnesses {
  readonly #store: CoordinatorStore;
  readonly #logPublicKey: Uint8Array;
  readonly #clock: Clock;

  constructor(deps: { readonly store: CoordinatorStore; readonly logPublicKey: Uint8Array; readonly clock: Clock }) {
    this.#store = deps.store;
    this.#logPublicKey = deps.logPublicKey;
    this.#clock = deps.clock;
  }

  /**
   * Takes a member's line under a checkpoint of ours.
   * @throws CRYPTO_CHECKPOINT, CALL_INVALID for a checkpoint that is none of this log
   */
  async add({ log, tree, member, note, line }: Cosignature): Promise<void> {
    const checkpoint = openCheckpoint(note, tree.origin, this.#logPublicKey);
    const isOurs =
      checkpoint.origin === tree.origin &&
      checkpoint.size <= tree.size &&
      equalBytes(checkpoint.root, tree.root(checkpoint.size));
    if (!isOurs) throw coordinatorError('CALL_INVALID', { detail: { field: 'checkpoint' } });
    openCosignature(note, line, member.peerId, member.identityKey);
    await this.#store.commit({
      writes: [{ space: 'cosignature', key: `${log}/${member.peerId}`, value: concat(note, line) }],
      audit: [
        auditEntry({
          atMs: this.#clock.nowMs(),
          actor: member.peerId,
          action: 'checkpoint.cosigned',
          object: `log:${log}`,
        }),
      ],
    });
  }
}
