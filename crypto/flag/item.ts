import type { FlagItem } from '../../proto/domain/exchange.ts';
import type { RandomBytes } from '../../proto/domain/runtime.ts';
import { cryptoRefusal } from '../errors.ts';
import { isScalar, randomScalar, SCALAR_BYTES } from '../oprf/ristretto255.ts';
import type { Flag } from './flag.ts';
import { SEALED_PART_BYTES, sealPart } from './layers.ts';
import { groupIndex, shareFor } from './shamir.ts';

const LENGTHS = { tag: 16, share: SCALAR_BYTES, sealedPart: SEALED_PART_BYTES, handle: 16 } as const;

/**
 * One group's flag: tag, the group's share, the part under the outer key and a fresh handle, which the author keeps to
 * withdraw the flag. Throws FLAG_GROUP, FLAG_THRESHOLD, CRYPTO_PADDING.
 */
export function flagItem(input: {
  readonly flag: Flag;
  readonly corporateGroup: string;
  readonly threshold: number;
  readonly epoch: number | bigint;
  /** IndicatorPart, encoded. */
  readonly part: Uint8Array;
  readonly random: RandomBytes;
}): FlagItem {
  const { flag, corporateGroup, threshold, epoch, part, random } = input;
  return {
    tag: flag.tag,
    share: shareFor(flag, groupIndex(corporateGroup), threshold),
    sealedPart: sealPart({ outerKey: flag.outerKey, part, epoch, tag: flag.tag, random }),
    handle: random(LENGTHS.handle),
  };
}

/**
 * A dummy that fills a batch. No field tells it from a true one: tags, handles and sealed parts look uniform without
 * the keys, and a share is a uniform scalar, so the dummy's is drawn as one. Its tag meets no other, so it never opens.
 */
export function paddingItem(random: RandomBytes): FlagItem {
  return {
    tag: random(LENGTHS.tag),
    share: randomScalar(random),
    sealedPart: random(LENGTHS.sealedPart),
    handle: random(LENGTHS.handle),
  };
}

/** Throws FLAG_ITEM unless every field has its one length and the share is a scalar in its one encoding. */
export function assertFlagItem(item: FlagItem): void {
  for (const field of ['tag', 'share', 'sealedPart', 'handle'] as const)
    if (item[field].length !== LENGTHS[field]) throw refusal(field);
  if (!isScalar(item.share)) throw refusal('share');
}

function refusal(field: keyof FlagItem): ReturnType<typeof cryptoRefusal> {
  return cryptoRefusal('FLAG_ITEM', { detail: { field }, verdict: 'reject' });
}
