import type { Membership } from '../../../../config/policy/membership.ts';
import type { Member } from '../../../../config/policy/state.ts';
import { toHex } from '../../../../crypto/bytes.ts';
import { signCheckpoint } from '../../../../crypto/checkpoint.ts';
import { assertFlagItem } from '../../../../crypto/flag/item.ts';
import { recoverWithFaults } from '../../../../crypto/flag/recover.ts';
import { groupIndex } from '../../../../crypto/flag/shamir.ts';
import { indicatorLeaf, signIndicator } from '../../../../crypto/indicator.ts';
import type { KeyPair } from '../../../../crypto/keys.ts';
import { leafHash } from '../../../../crypto/merkle.ts';
import { MerkleTree } from '../../../../crypto/merkle-tree.ts';
import { shuffled } from '../../../../crypto/shuffle.ts';
import { decodeIndicatorPart, encodeIndicator } from '../../../../proto/codec/indicator.ts';
import type { FlagItem, Indicator, IndicatorPart, SignedIndicator } from '../../../../proto/domain/exchange.ts';
import { isRefusal } from '../../../../proto/domain/errors.ts';
import type { Clock, RandomBytes } from '../../../../proto/domain/runtime.ts';

export type SimIndicatorsDeps = {
  readonly membership: Membership;
  readonly logKey: KeyPair;
  readonly origin: string;
  readonly clock: Clock;
  readonly random: RandomBytes;
};

type HeldFlag = FlagItem & {
  readonly index: Uint8Array;
  readonly agencyId: string;
  readonly corporateGroup: string;
};
type Tag = { readonly epoch: number; flags: HeldFlag[]; indicatorId: Uint8Array; position: number };
type Published = Pick<SignedIndicator, 'indicator' | 'signature' | 'salt' | 'leaf'>;

const NONE = new Uint8Array(0);

/** Joins flags as they come and keeps the indicator log, by the same steps as the coordinator's. */
export class SimIndicators {
  readonly #deps: SimIndicatorsDeps;
  readonly #tree = new MerkleTree();
  readonly #published: Published[] = [];
  readonly #tags = new Map<string, Tag>();

  constructor(deps: SimIndicatorsDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#published.length;
  }

  /** Flags held, true ones and dummies alike. */
  flagCount(): number {
    return [...this.#tags.values()].reduce((sum, { flags }) => sum + flags.length, 0);
  }

  takeFlags(author: Member, epoch: number, items: readonly FlagItem[]): void {
    const corporateGroup = this.#deps.membership.agency(author.agencyId)?.corporateGroup ?? '';
    for (const item of items) {
      assertFlagItem(item);
      const key = `${epoch}/${toHex(item.tag)}`;
      const tag = this.#tags.get(key) ?? { epoch, flags: [], indicatorId: NONE, position: -1 };
      this.#tags.set(key, tag);
      if (tag.flags.some(({ agencyId }) => agencyId === author.agencyId)) continue;
      const { agencyId } = author;
      tag.flags.push({ ...item, index: groupIndex(corporateGroup), agencyId, corporateGroup });
      this.#rejoin(tag);
    }
  }

  withdraw(author: Member, handles: readonly string[]): void {
    for (const tag of this.#tags.values()) {
      const left = tag.flags.filter(
        ({ agencyId, handle }) => agencyId !== author.agencyId || !handles.includes(toHex(handle)),
      );
      if (left.length === tag.flags.length) continue;
      tag.flags = left;
      if (tag.position >= 0) this.#rejoin(tag);
    }
  }

  /** Publishes an indicator of one's own making, signed and logged. */
  publish(indicator: Indicator): number {
    const bytes = encodeIndicator(indicator);
    const salt = this.#deps.random(32);
    this.#tree.append(leafHash(indicatorLeaf(salt, bytes)));
    const signature = signIndicator(this.#deps.logKey.secretKey, bytes);
    this.#published.push({ indicator: bytes, signature, salt, leaf: NONE });
    return this.#published.length - 1;
  }

  at(position: number, size = position + 1): SignedIndicator {
    const published = this.#published[position];
    if (published === undefined) throw new Error('no such indicator');
    const { logKey, origin } = this.#deps;
    const checkpoint = signCheckpoint({ origin, size, root: this.#tree.root(size) }, origin, logKey.secretKey);
    return { ...published, position, checkpoint, inclusionProof: this.#tree.inclusionProof(position, size) };
  }

  from(cursor: number): readonly SignedIndicator[] {
    return this.#published.slice(cursor).map((_, place) => this.at(cursor + place));
  }

  #rejoin(tag: Tag): void {
    const { groups, parts } = this.#join(tag);
    if (parts.length === 0 && tag.position < 0) return;
    const replaced = tag.position;
    const replaces = tag.indicatorId;
    tag.indicatorId = this.#deps.random(16);
    const nowMs = this.#deps.clock.nowMs();
    tag.position = this.publish({
      indicatorId: tag.indicatorId,
      epoch: tag.epoch,
      groupCount: groups,
      parts: shuffled(parts, this.#deps.random),
      openedAtMs: nowMs,
      expiresAtMs: nowMs + (this.#deps.membership.policy()?.flags.indicatorLifeMs ?? 0),
      replaces,
      withdrawn: parts.length === 0,
    });
    if (replaced >= 0) this.#erase(replaced);
  }

  #join({ epoch, flags }: Tag): { readonly groups: number; readonly parts: readonly IndicatorPart[] } {
    const threshold = this.#deps.membership.policy()?.flags.threshold ?? 0;
    const [first] = flags;
    if (first === undefined) return { groups: 0, parts: [] };
    try {
      const { opened } = recoverWithFaults({ items: flags, threshold, epoch, tag: first.tag });
      const groups = new Set(opened.map(({ item }) => item.corporateGroup)).size;
      return { groups, parts: opened.map(({ part }) => decodeIndicatorPart(part)) };
    } catch (error) {
      if (isRefusal(error, 'FLAG_SHARES')) return { groups: 0, parts: [] };
      throw error;
    }
  }

  #erase(position: number): void {
    const published = this.#published[position];
    if (published === undefined || published.leaf.length > 0) return;
    this.#published[position] = {
      indicator: NONE,
      signature: NONE,
      salt: NONE,
      leaf: indicatorLeaf(published.salt, published.indicator),
    };
  }
}
