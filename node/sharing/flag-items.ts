import { wrapContentKey } from '../../crypto/flag/content-key.ts';
import { deriveFlag } from '../../crypto/flag/flag.ts';
import { flagItem } from '../../crypto/flag/item.ts';
import { sealPayload } from '../../crypto/flag/layers.ts';
import { encodeIndicatorPart } from '../../proto/codec/indicator.ts';
import { encodeFlagPayload } from '../../proto/codec/payload.ts';
import type { FlagItem } from '../../proto/domain/exchange.ts';
import type { RandomBytes } from '../../proto/domain/runtime.ts';
import { flagPayload, type OwnFlag } from './flag-store.ts';
import type { KeyName } from './member-keys.ts';

export type SealingInput = {
  readonly flag: OwnFlag;
  readonly oprfOutput: Uint8Array;
  readonly epoch: number;
  readonly corporateGroup: string;
  readonly threshold: number;
  readonly memberKey: Uint8Array;
  readonly memberKeyName: KeyName;
  readonly random: RandomBytes;
};

/**
 * Seals a flag in its three layers: the payload under a content key of its own, that key under the member key, and
 * both under the outer key that only k groups' shares give. The content key is kept nowhere else.
 */
export function sealFlag(input: SealingInput): FlagItem {
  const { corporateGroup, epoch, flag, memberKey, memberKeyName, random, threshold } = input;
  const contentKey = random(32);
  const payload = encodeFlagPayload(flagPayload(flag, epoch));
  const part = encodeIndicatorPart({
    ...memberKeyName,
    wrappedKey: wrapContentKey({ ...memberKeyName, memberKey, contentKey, random }),
    sealedPayload: sealPayload({ contentKey, payload, epoch, random }),
  });
  return flagItem({ flag: deriveFlag(input.oprfOutput), corporateGroup, threshold, epoch, part, random });
}
