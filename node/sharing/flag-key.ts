import type { KeyPair } from '../../crypto/keys.ts';
import { evaluateBatch, evaluateDirect } from '../../crypto/oprf/voprf.ts';
import type { SignedStatement } from '../../proto/domain/control.ts';
import type { RandomBytes } from '../../proto/domain/runtime.ts';
import { sharingRefusal } from './refusal.ts';

/** What is sent of an evaluation: one proof for the batch. */
export type FlagEvaluation = { readonly evaluated: readonly Uint8Array[]; readonly proof: Uint8Array };

/** The flag key of an epoch while it is held, with what was evaluated under it. Nothing of it is ever written. */
export class FlagKey {
  readonly epoch: number;
  readonly announcement: SignedStatement;
  /** Members that need no more. */
  readonly done = new Set<string>();
  /** The log has taken the announcement, which its stream will tell. */
  submitted = false;
  /** When the holder's own window closed. */
  closedAtMs: number | undefined;
  readonly #pair: KeyPair;
  readonly #spentByAgency = new Map<string, number>();
  #evaluations = 0;
  #isErased = false;

  constructor(epoch: number, pair: KeyPair, announcement: SignedStatement) {
    this.epoch = epoch;
    this.#pair = pair;
    this.announcement = announcement;
  }

  get publicKey(): Uint8Array {
    return this.#pair.publicKey;
  }

  /** Elements evaluated for all agencies. */
  get evaluations(): number {
    return this.#evaluations;
  }

  /** @throws SHARING_QUOTA when the agency would pass it; nothing is counted then */
  debit(agencyId: string, elements: number, quota: number): void {
    const spent = (this.#spentByAgency.get(agencyId) ?? 0) + elements;
    if (spent > quota) throw sharingRefusal('SHARING_QUOTA', 'ignore', { agency: agencyId });
    this.#spentByAgency.set(agencyId, spent);
    this.#evaluations += elements;
  }

  /** @throws SHARING_EPOCH once erased, CRYPTO_OPRF_* */
  evaluate(blinded: readonly Uint8Array[], random: RandomBytes): FlagEvaluation {
    return evaluateBatch(this.#secretKey(), blinded, random);
  }

  /** @throws SHARING_EPOCH once erased, also in the middle of a list */
  evaluateDirect(input: Uint8Array): Uint8Array {
    return evaluateDirect(this.#secretKey(), input);
  }

  erase(): void {
    this.#isErased = true;
    this.#pair.secretKey.fill(0);
  }

  #secretKey(): Uint8Array {
    if (this.#isErased) throw sharingRefusal('SHARING_EPOCH');
    return this.#pair.secretKey;
  }
}
