import { type Contribution } from '../../../crypto/flag/recover.ts';
import { deriveFlag, type Flag, flagInput } from '../../../crypto/flag/flag.ts';
import { flagItem } from '../../../crypto/flag/item.ts';
import { groupIndex } from '../../../crypto/flag/shamir.ts';
import { utf8 } from '../../../crypto/bytes.ts';
import { createOprfKey, evaluateDirect } from '../../../crypto/oprf/voprf.ts';
import type { RandomBytes } from '../../../proto/domain/runtime.ts';
import { seededRandom } from '../../tools/random-sources.ts';

export const EPOCH = 7;

/** The flag of one account under a key of its own. */
export function flagOf(seed: string, value = 'GB33BUKB20201555555555'): Flag {
  const key = createOprfKey(seededRandom(seed));
  return deriveFlag(evaluateDirect(key.secretKey, flagInput({ type: 'account', epoch: EPOCH, value })));
}

export type NamedContribution = Contribution & { readonly author: string };

/** What a node of a group sends, as the coordinator takes it apart. The part is the author's name. */
export function contribution(
  flag: Flag,
  corporateGroup: string,
  threshold: number,
  random: RandomBytes,
  author = corporateGroup,
): NamedContribution {
  const item = flagItem({ flag, corporateGroup, threshold, epoch: EPOCH, part: utf8(author), random });
  return { author, index: groupIndex(corporateGroup), share: item.share, sealedPart: item.sealedPart };
}
