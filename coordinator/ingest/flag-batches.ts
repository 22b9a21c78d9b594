import { flagsOff } from '../../config/policy/floors.ts';
import type { Membership } from '../../config/policy/membership.ts';
import type { Member } from '../../config/policy/state.ts';
import { assertFlagItem } from '../../crypto/flag/item.ts';
import { groupIndex } from '../../crypto/flag/shamir.ts';
import { decodeFlagBatch } from '../../proto/codec/payload.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import type { FlagItem } from '../../proto/domain/exchange.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { FlagPolicy, Policy } from '../../proto/domain/policy.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import { decodeFlag, flagKey, type FlagRecord, flagWrites, tagPrefix } from '../aggregate/flag-record.ts';
import { auditEntry } from '../audit.ts';
import { coordinatorError } from '../errors.ts';
import type { ChangedTag, IndicatorDesk } from '../indicators/indicator-desk.ts';
import type { CoordinatorStore, StoreWrite } from '../store/coordinator-store.ts';
import type { AuthenticEnvelope } from './authenticity.ts';
import type { IngestMetrics } from './metrics.ts';
import type { Receiver, Reception } from './reception.ts';

export type FlagBatchDeps = {
  readonly store: CoordinatorStore;
  readonly membership: Membership;
  readonly desk: IndicatorDesk;
  readonly clock: Clock;
  readonly metrics: IngestMetrics;
};

/**
 * Takes batches of flags: while flags are on, for an epoch whose key is erased by the control log, in batches of
 * policy's size, inside the agency's quota; then joins what belongs together. One flag an agency and tag: a repeated
 * one is nothing new.
 */
export function flagBatchReceiver(deps: FlagBatchDeps): Receiver {
  return async (object, sender) => {
    const policy = assertOn(deps.membership, object.header.epoch);
    const items = readItems(object, policy.flags);
    const count = await assertQuota(deps, object, sender, items.length, policy.flags);
    const fresh = await newFlags(deps, object, sender, items);
    const changes: ChangedTag[] = [];
    for (const flag of fresh) changes.push(await changedTag(deps.store, flag));
    const consequence = await deps.desk.consequenceOf(changes, policy);
    const { atMs, actor } = { atMs: deps.clock.nowMs(), actor: sender.peerId };
    return {
      writes: [...fresh.flatMap(flagWrites), count, ...consequence.writes],
      audit: [
        auditEntry({ atMs, actor, action: 'flags.taken', object: `epoch:${object.header.epoch}` }),
        ...consequence.audit,
      ],
      keepsPayload: false,
      after: () => {
        deps.metrics.flagsJoined(consequence);
        consequence.publish();
      },
    } satisfies Reception;
  };
}

/** @throws FLAGS_OFF, FLAGS_KEY */
function assertOn(membership: Membership, epoch: number): Policy {
  const policy = membership.policy();
  const reason = flagsOff(membership);
  if (policy === undefined || reason !== undefined) throw coordinatorError('FLAGS_OFF', { detail: { reason } });
  if (membership.erasure('flag', epoch, { logged: true }) === undefined) throw coordinatorError('FLAGS_KEY');
  return policy;
}

/** @throws FLAGS_BATCH */
function readItems({ envelope }: AuthenticEnvelope, { batchSize }: FlagPolicy): readonly FlagItem[] {
  try {
    const items = decodeFlagBatch(envelope.payload, LIMITS.envelopePayloadBytes);
    if (items.length !== batchSize) throw coordinatorError('FLAGS_BATCH', { detail: { items: items.length } });
    items.forEach(assertFlagItem);
    return items;
  } catch (cause) {
    if (!isRefusal(cause)) throw cause;
    throw coordinatorError('FLAGS_BATCH', { cause });
  }
}

/**
 * Counts what an agency, not a node, sends in an epoch. Dummies cannot be told from flags, so the quota is rounded up
 * to whole batches.
 * @throws FLAGS_QUOTA
 */
async function assertQuota(
  { store }: FlagBatchDeps,
  { header }: AuthenticEnvelope,
  { agencyId }: Member,
  items: number,
  { batchSize, quotaPerEpoch }: FlagPolicy,
): Promise<StoreWrite> {
  const key = `${header.epoch}/${agencyId}`;
  const stored = await store.get('flagCount', key);
  const count = items + (stored === undefined ? 0 : Number(Buffer.from(stored).toString()));
  if (count > Math.ceil(quotaPerEpoch / batchSize) * batchSize) {
    throw coordinatorError('FLAGS_QUOTA', { detail: { agency: agencyId, epoch: header.epoch } });
  }
  return { space: 'flagCount', key, value: Buffer.from(String(count)) };
}

async function newFlags(
  { store, membership }: FlagBatchDeps,
  { header }: AuthenticEnvelope,
  { agencyId, peerId }: Member,
  items: readonly FlagItem[],
): Promise<readonly FlagRecord[]> {
  const corporateGroup = membership.agency(agencyId)?.corporateGroup ?? '';
  const index = groupIndex(corporateGroup);
  const fresh = new Map<string, FlagRecord>();
  for (const item of items) {
    const { epoch, expiresAtMs } = header;
    const flag = { ...item, epoch, expiresAtMs, agencyId, authorPeerId: peerId, corporateGroup, index };
    const key = flagKey(flag);
    if (!fresh.has(key) && (await store.get('flag', key)) === undefined) fresh.set(key, flag);
  }
  return [...fresh.values()];
}

async function changedTag(store: CoordinatorStore, added: FlagRecord): Promise<ChangedTag> {
  const { epoch, tag } = added;
  return { epoch, tag, flags: [...(await flagsOf(store, epoch, tag)), added] };
}

/** Flags of a tag as they are written. */
export async function flagsOf(store: CoordinatorStore, epoch: number, tag: Uint8Array): Promise<readonly FlagRecord[]> {
  const flags: FlagRecord[] = [];
  for await (const { key, value } of store.list('flag', { prefix: tagPrefix(epoch, tag) })) {
    flags.push(decodeFlag(key, value));
  }
  return flags;
}
