import { fromBase64url, toBase64url } from '../../crypto/bytes.ts';
import { indicatorLeaf, signIndicator } from '../../crypto/indicator.ts';
import { encodeIndicator } from '../../proto/codec/indicator.ts';
import type { Indicator, SignedIndicator } from '../../proto/domain/exchange.ts';
import type { RandomBytes } from '../../proto/domain/runtime.ts';
import { indexKey } from '../log/index-key.ts';
import { originOf, TreeLog } from '../log/tree-log.ts';
import type { CoordinatorStore, StoreWrite } from '../store/coordinator-store.ts';

/** An indicator that is signed and committed to, and not yet written. */
export type StagedIndicator = {
  readonly position: number;
  readonly writes: readonly StoreWrite[];
  /** To be called once the writes are durable. */
  readonly publish: () => void;
};

const EMPTY = new Uint8Array(0);
const SALT_BYTES = 32;

/**
 * The indicator log: salted commitments in order, and beside them the indicators while they stand. What was withdrawn
 * or replaced is erased with its salt, and its commitment says nothing any more.
 */
export class IndicatorLog {
  readonly tree: TreeLog;
  readonly #store: CoordinatorStore;
  readonly #logSecretKey: Uint8Array;
  readonly #random: RandomBytes;

  private constructor(store: CoordinatorStore, deps: IndicatorLogDeps) {
    this.#store = store;
    this.#logSecretKey = deps.logSecretKey;
    this.#random = deps.random;
    this.tree = new TreeLog(originOf(deps.federationId, 'indicators'), deps.logSecretKey);
  }

  static async open(store: CoordinatorStore, deps: IndicatorLogDeps): Promise<IndicatorLog> {
    const log = new IndicatorLog(store, deps);
    for await (const { value } of store.list('indicatorLeaf')) log.tree.append(value);
    return log;
  }

  /**
   * Signs an indicator for the place after the last and `ahead` others that are staged with it. Staged ones are
   * published in the same order.
   */
  stage(indicator: Indicator, ahead: number): StagedIndicator {
    const position = this.tree.size + ahead;
    const bytes = encodeIndicator(indicator);
    const salt = this.#random(SALT_BYTES);
    const leaf = indicatorLeaf(salt, bytes);
    const record = {
      indicator: toBase64url(bytes),
      signature: toBase64url(signIndicator(this.#logSecretKey, bytes)),
      salt: toBase64url(salt),
    };
    const key = indexKey(position);
    return {
      position,
      writes: [
        { space: 'indicatorLeaf', key, value: leaf },
        { space: 'indicator', key, value: Buffer.from(JSON.stringify(record)) },
      ],
      publish: () => this.tree.append(leaf),
    };
  }

  /** Takes an indicator away, commitment and place excepted. */
  erasure(position: number): StoreWrite {
    return { space: 'indicator', key: indexKey(position), value: null };
  }

  /** Salted commitments from a position on. */
  async leaves(start: number, count: number): Promise<readonly Uint8Array[]> {
    const leaves: Uint8Array[] = [];
    for await (const { value } of this.#store.list('indicatorLeaf', { from: indexKey(start), limit: count })) {
      leaves.push(value);
    }
    return leaves;
  }

  /**
   * The indicator at a position with its proof under the checkpoint that ends with it, so that who takes them in order
   * compares each with the tree that he has; of an erased one the commitment alone.
   */
  async read(position: number): Promise<SignedIndicator> {
    const size = position + 1;
    const [leaf = EMPTY] = await this.leaves(position, 1);
    const stored = await this.#store.get('indicator', indexKey(position));
    const place = {
      position,
      checkpoint: this.tree.checkpoint(size),
      inclusionProof: this.tree.inclusionProof(position, size),
    };
    if (stored === undefined) return { ...place, indicator: EMPTY, signature: EMPTY, salt: EMPTY, leaf };
    const record = JSON.parse(Buffer.from(stored).toString('utf8')) as Record<
      'indicator' | 'signature' | 'salt',
      string
    >;
    return {
      ...place,
      indicator: fromBase64url(record.indicator),
      signature: fromBase64url(record.signature),
      salt: fromBase64url(record.salt),
      leaf: EMPTY,
    };
  }
}

export type IndicatorLogDeps = {
  readonly federationId: Uint8Array;
  readonly logSecretKey: Uint8Array;
  readonly random: RandomBytes;
};
