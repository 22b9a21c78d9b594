import type { Membership } from '../../config/policy/membership.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { toHex } from '../../crypto/bytes.ts';
import { headerHash } from '../../crypto/envelope.ts';
import { decodeWithdrawal } from '../../proto/codec/payload.ts';
import type { AgencyId, PeerIdText } from '../../proto/domain/ids.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import { decodeFlag, flagErasure, flagKey, type FlagRecord, handleKey } from '../aggregate/flag-record.ts';
import { auditEntry } from '../audit.ts';
import type { ChangedTag, Consequence, IndicatorDesk } from '../indicators/indicator-desk.ts';
import { openedFlagKey } from '../indicators/opened-flag.ts';
import type { CoordinatorStore, StoreWrite } from '../store/coordinator-store.ts';
import { authorKey, decodeEnvelopeRecord, envelopeWrite, withoutPayload } from './envelope-record.ts';
import { flagsOf } from './flag-batches.ts';
import type { Receiver } from './reception.ts';

export type WithdrawalDeps = {
  readonly store: CoordinatorStore;
  readonly membership: Membership;
  readonly desk: IndicatorDesk;
  readonly clock: Clock;
};

/**
 * Takes back an author's own objects: payloads of envelopes by header hash, flags of his agency by handle. What names
 * somebody else's, or nothing, does nothing. A flag that leaves an open indicator takes its part out of it.
 */
export function withdrawalReceiver(deps: WithdrawalDeps): Receiver {
  return async ({ envelope }, sender) => {
    const withdrawal = decodeWithdrawal(envelope.payload, LIMITS.envelopePayloadBytes);
    const envelopes = await payloadErasures(deps.store, sender.peerId, withdrawal.headerHashes);
    const flags = await ownFlags(deps.store, sender.agencyId, withdrawal.flagHandles);
    const consequence = await consequenceOf(deps, flags);
    const object = `withdrawal:${toHex(withdrawal.withdrawalId)}`;
    const entry = auditEntry({
      atMs: deps.clock.nowMs(),
      actor: sender.peerId,
      action: 'withdrawal.done',
      object,
    });
    return {
      writes: [...envelopes, ...flags.flatMap(flagErasure), ...(consequence?.writes ?? [])],
      audit: [entry, ...(consequence?.audit ?? [])],
      keepsPayload: true,
      after: () => consequence?.publish(),
    };
  };
}

async function payloadErasures(
  store: CoordinatorStore,
  author: PeerIdText,
  headerHashes: readonly Uint8Array[],
): Promise<readonly StoreWrite[]> {
  const wanted = new Set(headerHashes.map(toHex));
  if (wanted.size === 0) return [];
  const writes: StoreWrite[] = [];
  for await (const { key, value } of store.list('envelope', { prefix: authorKey(author) })) {
    const record = decodeEnvelopeRecord(value);
    if (record.envelope.payload.length === 0 || !wanted.has(toHex(headerHash(record.envelope.header)))) continue;
    writes.push(envelopeWrite(key, { ...record, envelope: withoutPayload(record.envelope) }));
  }
  return writes;
}

async function ownFlags(
  store: CoordinatorStore,
  agencyId: AgencyId,
  handles: readonly Uint8Array[],
): Promise<readonly FlagRecord[]> {
  const flags: FlagRecord[] = [];
  for (const handle of handles) {
    const found = await store.get('flagHandle', handleKey(agencyId, handle));
    if (found === undefined) continue;
    const key = Buffer.from(found).toString();
    const value = await store.get('flag', key);
    if (value !== undefined) flags.push(decodeFlag(key, value));
  }
  return flags;
}

/** Tags whose indicator stands are joined anew without what was taken back. */
async function consequenceOf(
  { store, desk, membership }: WithdrawalDeps,
  withdrawn: readonly FlagRecord[],
): Promise<Consequence | undefined> {
  const policy = membership.policy();
  const gone = new Set(withdrawn.map(flagKey));
  const changes = new Map<string, ChangedTag>();
  for (const { epoch, tag } of withdrawn) {
    const key = openedFlagKey(epoch, tag);
    if (changes.has(key) || (await store.get('openedFlag', key)) === undefined) continue;
    const flags = (await flagsOf(store, epoch, tag)).filter((flag) => !gone.has(flagKey(flag)));
    changes.set(key, { epoch, tag, flags });
  }
  return policy === undefined || changes.size === 0 ? undefined : desk.consequenceOf([...changes.values()], policy);
}
