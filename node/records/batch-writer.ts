import { LIMITS } from '../../config/settings/limits.ts';
import { equalBytes } from '../../crypto/bytes.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Ledger, LedgerSpace, LedgerWrite } from '../ledger/ledger.ts';

/**
 * Puts records into one space of the ledger, LIMITS.importBatchRows to a commit, and leaves out those that are there
 * already as they are. The last of several with one key counts. While a batch is on its way to the disk the next one is
 * gathered, and no more than that.
 */
export class BatchWriter {
  readonly #ledger: Ledger;
  readonly #space: LedgerSpace;
  readonly #viewer: Viewer;
  #pending = new Map<string, LedgerWrite>();
  /** The space held nothing when the import began, so that nothing needs to be compared. */
  #fresh: boolean | undefined;
  #written = 0;
  #underWay: Promise<void> = Promise.resolve();

  constructor(deps: { readonly ledger: Ledger; readonly viewer: Viewer }, space: LedgerSpace) {
    this.#ledger = deps.ledger;
    this.#viewer = deps.viewer;
    this.#space = space;
  }

  /** Records that the ledger did not have like this. */
  get written(): number {
    return this.#written;
  }

  async put(write: LedgerWrite): Promise<void> {
    this.#pending.set(write.key, write);
    if (this.#pending.size >= LIMITS.importBatchRows) await this.#send();
  }

  /** Durable on return: everything put so far. */
  async flush(): Promise<void> {
    await this.#send();
    await this.#underWay;
  }

  async #send(): Promise<void> {
    if (this.#pending.size === 0) return;
    this.#fresh ??= await this.#isEmpty();
    const pending = [...this.#pending.values()];
    this.#pending = new Map();
    // Before anything is compared: what is under way is to be found in the ledger.
    await this.#underWay;
    const writes = this.#fresh ? pending : await this.#changed(pending);
    if (writes.length === 0) return;
    this.#underWay = this.#commit(writes);
    // The next call throws what it throws; until then it counts as looked after.
    this.#underWay.catch(() => undefined);
  }

  async #commit(writes: readonly LedgerWrite[]): Promise<void> {
    await this.#ledger.commit({ writes, audit: [] });
    this.#written += writes.length;
  }

  async #isEmpty(): Promise<boolean> {
    for await (const _ of this.#ledger.list(this.#space, { limit: 1 }, this.#viewer)) return false;
    return true;
  }

  async #changed(pending: readonly LedgerWrite[]): Promise<readonly LedgerWrite[]> {
    const known = await Promise.all(pending.map((write) => this.#ledger.get(write.space, write.key, this.#viewer)));
    return pending.filter((write, index) => !isSame(write.value, known[index]?.value));
  }
}

function isSame(value: Uint8Array | null, known: Uint8Array | undefined): boolean {
  return value !== null && known !== undefined && equalBytes(value, known);
}
