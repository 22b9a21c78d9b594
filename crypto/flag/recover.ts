import { isRefusal } from '../../proto/domain/errors.ts';
import { equalBytes, toHex } from '../bytes.ts';
import { cryptoRefusal } from '../errors.ts';
import { openPart } from './layers.ts';
import { assertThreshold, interpolate, isShare, recoverOuterKey, type Share } from './shamir.ts';
import { subsetsOf } from './subsets.ts';

/** What a contributor sent, with the index of its group as the coordinator computes it. */
export type Contribution = Share & { readonly sealedPart: Uint8Array };

export type Recovery<Item> = {
  readonly outerKey: Uint8Array;
  /** In the order given; at least `threshold` groups. */
  readonly opened: readonly { readonly item: Item; readonly part: Uint8Array }[];
  /** Wrong share, wrong part or both: their authors are to be named. */
  readonly faulty: readonly Item[];
};

/** Sets that are tried. Chosen: 38 ms of CPU at k = 3 (measured), which covers every set of up to 11 groups. */
const MAX_TRIES = 200;

/**
 * Opens a tag though some contributors lie: tries sets of `threshold` distinct groups and takes the first whose key
 * opens the parts of all of its members. A liar who knows the tag can bend the key of a set that it is in, but then
 * the honest members' parts stay closed. Only `threshold` groups that lie together can pass off a key of their own and
 * make the others look faulty; they could have opened the flag among themselves anyway.
 * Certain to find the honest set while fewer than 1 / threshold of the groups lie, or all sets are within 200 tries.
 * Several items of one group count once towards the threshold and are all opened.
 * @throws FLAG_THRESHOLD; FLAG_SHARES when no set within the bound fits
 */
export function recoverWithFaults<Item extends Contribution>(input: {
  readonly items: readonly Item[];
  readonly threshold: number;
  readonly epoch: number | bigint;
  readonly tag: Uint8Array;
}): Recovery<Item> {
  const { items, threshold, epoch, tag } = input;
  assertThreshold(threshold);
  const open = (item: Item, outerKey: Uint8Array): Uint8Array | undefined =>
    partOf(() => openPart({ outerKey, sealedPart: item.sealedPart, epoch, tag }));
  const points = [...groupByPoint(items.filter(isShare)).values()];
  let tries = 0;
  for (const positions of subsetsOf(points.length, threshold)) {
    if ((tries += 1) > MAX_TRIES) break;
    const chosen = points.filter((_, position) => positions.includes(position));
    const shares = chosen.flatMap(([first]) => (first === undefined ? [] : [first]));
    if (new Set(shares.map(({ index }) => toHex(index))).size < threshold) continue;
    const outerKey = recoverOuterKey(shares, threshold);
    if (chosen.every((group) => group.some((item) => open(item, outerKey) !== undefined)))
      return divide(items, shares, outerKey, open);
  }
  throw cryptoRefusal('FLAG_SHARES', { detail: { contributions: items.length, threshold } });
}

/** Opened: the share lies on the polynomial and the part opens. */
function divide<Item extends Contribution>(
  items: readonly Item[],
  shares: readonly Share[],
  outerKey: Uint8Array,
  open: (item: Item, outerKey: Uint8Array) => Uint8Array | undefined,
): Recovery<Item> {
  const opened: { item: Item; part: Uint8Array }[] = [];
  const faulty: Item[] = [];
  for (const item of items) {
    const fits = isShare(item) && equalBytes(interpolate(shares, item.index), item.share);
    const part = fits ? open(item, outerKey) : undefined;
    if (part === undefined) faulty.push(item);
    else opened.push({ item, part });
  }
  return { outerKey, opened, faulty };
}

/** Items by (index, share), ordered by index, so that what one group sent stands together. */
function groupByPoint<Item extends Share>(items: readonly Item[]): Map<string, Item[]> {
  const key = ({ index, share }: Item): string => toHex(index) + toHex(share);
  return Map.groupBy(
    items.toSorted((one, other) => Buffer.compare(one.index, other.index)),
    key,
  );
}

function partOf(open: () => Uint8Array): Uint8Array | undefined {
  try {
    return open();
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
