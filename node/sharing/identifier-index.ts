import { toHex, utf8 } from '../../crypto/bytes.ts';
import { hmacSha256 } from '../../crypto/hash.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { RandomBytes } from '../../proto/domain/runtime.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { AtRest } from './at-rest-port.ts';
import { PROCESS_ONLY } from './markings.ts';

const KEY = 'index/identifiers';

/**
 * Where identifiers stand in the ledger. Its chain keeps the keys of deleted records for ever, so that a key which told
 * the identifier would undo every withdrawal: it is a keyed digest, under a secret of this node alone.
 */
export class IdentifierIndex {
  readonly #key: Uint8Array;

  private constructor(key: Uint8Array) {
    this.#key = key;
  }

  static async open(deps: {
    readonly ledger: Ledger;
    readonly viewer: Viewer;
    readonly random: RandomBytes;
    readonly atRest: AtRest;
  }): Promise<IdentifierIndex> {
    const { atRest, ledger, random, viewer } = deps;
    const record = await ledger.get('memberKey', KEY, viewer);
    if (record !== undefined) return new IdentifierIndex(atRest.open(record.value));
    const key = random(32);
    const write = {
      space: 'memberKey',
      key: KEY,
      value: atRest.seal(key),
      marking: PROCESS_ONLY,
      ifAbsent: true,
    } as const;
    await ledger.commit({ writes: [write], audit: [] });
    return new IdentifierIndex(key);
  }

  /** 64 hexadecimal digits for an identifier's text, as flagId gives it. */
  digest(text: string): string {
    return toHex(hmacSha256(this.#key, utf8(text)));
  }
}
