import { toHex } from '../../crypto/bytes.ts';
import type { SignedStatement, StatementKind } from '../../proto/domain/control.ts';
import { sharingRefusal } from './refusal.ts';

type Pending = { readonly statement: SignedStatement; readonly bytes: Uint8Array };

/** Kinds that nobody may keep from a member by filling an answer with others. */
const FIRST: ReadonlySet<StatementKind> = new Set(['suspension', 'suspension_lift', 'incarnation']);

/** Statements that wait for the log, bounded by what each signer alone may leave waiting. */
export class PendingStatements {
  readonly #bytesPerSigner: number;
  readonly #byId = new Map<string, Pending>();
  readonly #bytesBySigner = new Map<string, number>();

  constructor(bytesPerSigner: number) {
    this.#bytesPerSigner = bytesPerSigner;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  list(): readonly Uint8Array[] {
    const all = [...this.#byId.values()];
    const [first, others] = [true, false].map((isFirst) =>
      all.filter(({ statement }) => FIRST.has(statement.kind) === isFirst),
    );
    return [...(first ?? []), ...(others ?? [])].map(({ bytes }) => bytes);
  }

  /**
   * A statement of several signers passes when one of them has room: nobody can fill up another's.
   * @throws SHARING_QUOTA
   */
  assertRoom(statement: SignedStatement, bytes: Uint8Array): void {
    const least = Math.min(...signersOf(statement).map((signer) => this.#bytesBySigner.get(signer) ?? 0));
    if (least + bytes.length > this.#bytesPerSigner)
      throw sharingRefusal('SHARING_QUOTA', 'ignore', { limit: this.#bytesPerSigner });
  }

  add(id: string, statement: SignedStatement, bytes: Uint8Array): void {
    this.#byId.set(id, { statement, bytes });
    this.#charge(statement, bytes.length);
  }

  remove(id: string): void {
    const pending = this.#byId.get(id);
    if (pending === undefined) return;
    this.#byId.delete(id);
    this.#charge(pending.statement, -pending.bytes.length);
  }

  #charge(statement: SignedStatement, bytes: number): void {
    for (const signer of signersOf(statement))
      this.#bytesBySigner.set(signer, (this.#bytesBySigner.get(signer) ?? 0) + bytes);
  }
}

function signersOf({ signatures }: SignedStatement): readonly string[] {
  return signatures.map(({ publicKey }) => toHex(publicKey));
}
