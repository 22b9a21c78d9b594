import { toHex } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/hash.ts';
import { shuffled } from '../../crypto/shuffle.ts';
import type { Indicator, IndicatorPart } from '../../proto/domain/exchange.ts';
import type { RandomBytes } from '../../proto/domain/runtime.ts';
import { encodeIndicatorPart } from '../../proto/codec/indicator.ts';
import type { Joined } from '../aggregate/join.ts';
import type { StoreWrite } from '../store/coordinator-store.ts';

/** Which indicator stands for a tag now. */
export type OpenedFlag = {
  /** Hexadecimal. */
  readonly indicatorId: string;
  /** In the indicator log. */
  readonly position: number;
  readonly openedAtMs: number;
  readonly expiresAtMs: number;
  /** Hash over the parts in one order, to see whether anything has changed. */
  readonly partsHash: string;
};

export function openedFlagKey(epoch: number, tag: Uint8Array): string {
  return `${epoch}/${toHex(tag)}`;
}

export function openedFlagWrite(key: string, opened: OpenedFlag | null): StoreWrite {
  return { space: 'openedFlag', key, value: opened && Buffer.from(JSON.stringify(opened)) };
}

export function decodeOpenedFlag(value: Uint8Array): OpenedFlag {
  return JSON.parse(Buffer.from(value).toString('utf8')) as OpenedFlag;
}

/** One hash for a set of parts, whatever their order. */
export function partsHashOf(parts: readonly IndicatorPart[]): string {
  const hashes = parts.map((part) => toHex(sha256(encodeIndicatorPart(part)))).sort();
  return toHex(sha256(Buffer.from(hashes.join('\n'))));
}

/**
 * The next indicator of a tag: the first one, one that takes the place of the last because a part came or went, or a
 * withdrawn one without parts when fewer than k groups remain. It names what it replaces and nobody who contributed;
 * parts stand in random order. Times are the coordinator's clock.
 */
export function nextIndicator(
  joined: Joined,
  before: OpenedFlag | undefined,
  context: {
    readonly epoch: number;
    readonly nowMs: number;
    readonly lifeMs: number;
    readonly random: RandomBytes;
  },
): Indicator {
  const { epoch, nowMs, lifeMs, random } = context;
  return {
    indicatorId: random(16),
    epoch,
    groupCount: joined.groupCount,
    parts: shuffled(joined.parts, random),
    openedAtMs: before?.openedAtMs ?? nowMs,
    expiresAtMs: before?.expiresAtMs ?? nowMs + lifeMs,
    replaces: before === undefined ? new Uint8Array(0) : new Uint8Array(Buffer.from(before.indicatorId, 'hex')),
    withdrawn: joined.parts.length === 0,
  };
}
