import { toHex } from '../../crypto/bytes.ts';
import { flagInput } from '../../crypto/flag/flag.ts';
import { blind, finalizeBatch } from '../../crypto/oprf/voprf.ts';
import { decodeFlagBatch, encodeFlagBatch } from '../../proto/codec/payload.ts';
import type { FlagItem } from '../../proto/domain/exchange.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Policy } from '../../proto/domain/policy.ts';
import type { Clock, Log, RandomBytes } from '../../proto/domain/runtime.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { sharingEntry } from './audit.ts';
import { padBatches, sealFlag } from './flag-items.ts';
import type { FlagKeyHolder } from './flag-key-holder.ts';
import { type FlagCandidate, flagId, FlagStore, flagWrite, mergeCandidate, type OwnFlag } from './flag-store.ts';
import { PROCESS_ONLY, SHARED } from './markings.ts';
import type { MemberKeys } from './member-keys.ts';
import { KeyedMutex } from './mutex.ts';
import type { BusinessTime, Directory, Self } from './ports.ts';
import type { Publisher } from './publish.ts';
import { sharingRefusal } from './refusal.ts';

/** Asks the key holder of an epoch; refused with a code when the quota is spent or the key gone. */
export type OprfClient = {
  evaluate(
    peerId: PeerIdText,
    epoch: number,
    blinded: readonly Uint8Array[],
  ): Promise<{ readonly evaluated: readonly Uint8Array[]; readonly proof: Uint8Array }>;
  done(peerId: PeerIdText, epoch: number): Promise<void>;
};

export type FlagsDeps = {
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly directory: Directory;
  readonly self: Self;
  readonly keys: MemberKeys;
  readonly holder: FlagKeyHolder;
  readonly oprf: OprfClient;
  readonly publisher: Publisher;
  readonly businessTime: BusinessTime;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly oprfElementsPerRequest: number;
};

/** Flags of an epoch are of no use to anybody a week later. */
const LIFE_MS = 7 * 86_400_000;

/**
 * Own flags from candidate to batch. In each epoch: every flag that waits is tagged through the key holder, sealed and
 * kept; once the holder's statement that the key is erased stands in the control log, and not before, the batches go
 * to the coordinator alone.
 */
export class Flags {
  readonly #deps: FlagsDeps;
  readonly #store: FlagStore;
  readonly #mutex = new KeyedMutex();
  /** Epochs tagged by this process, so that an epoch without flags of ours still sends its batch of dummies. */
  readonly #tagged = new Set<number>();

  constructor(deps: FlagsDeps) {
    this.#deps = deps;
    this.#store = new FlagStore(deps.ledger, deps.viewer);
  }

  list(): Promise<readonly OwnFlag[]> {
    return this.#store.list();
  }

  get(id: string): Promise<OwnFlag | undefined> {
    return this.#store.get(id);
  }

  /** Keeps what a review confirmed, or a rule where the gateway allows one; idempotent. */
  async add(candidates: readonly FlagCandidate[], actor: string): Promise<void> {
    await this.#mutex.run('own', async () => {
      const merged = new Map<string, OwnFlag>();
      for (const candidate of candidates) {
        const id = flagId(candidate);
        merged.set(id, mergeCandidate(merged.get(id) ?? (await this.#store.get(id)), candidate));
      }
      if (merged.size === 0) return;
      const source = candidates[0]?.source ?? '';
      const audit = [sharingEntry(this.#deps.clock.nowMs(), actor, 'flag.added', `alert:${source}`)];
      await this.#deps.ledger.commit({ writes: [...merged.values()].map(flagWrite), audit });
    });
  }

  /** An indicator about the identifier has opened: the flag need not be sent again. */
  async markOpened(id: string): Promise<void> {
    await this.#mutex.run('own', async () => {
      const flag = await this.#store.get(id);
      if (flag?.state !== 'waiting') return;
      await this.#deps.ledger.commit({ writes: [flagWrite({ ...flag, state: 'opened' })], audit: [] });
    });
  }

  /** Marks a flag as withdrawn. @returns its handles and the write, for one commit with the withdrawal */
  async withdrawn(id: string): Promise<{ readonly handles: readonly Uint8Array[]; readonly write: LedgerWrite }> {
    const flag = await this.#store.get(id);
    if (flag === undefined) throw sharingRefusal('SHARING_UNKNOWN');
    const handles = flag.sent.map(({ handle }) => new Uint8Array(Buffer.from(handle, 'hex')));
    return { handles, write: flagWrite({ ...flag, state: 'withdrawn' }) };
  }

  /**
   * Tags and seals what waits, in an epoch whose flag key is announced, and tells the holder that no more is needed.
   * Repeating it for an epoch tags only what was not tagged in it before.
   * @throws SHARING_EPOCH when there is no key to ask or no member key to seal under
   */
  async tag(epoch: number, policy: Policy): Promise<number> {
    return this.#mutex.run('tag', async () => {
      const { directory, keys } = this.#deps;
      const announcement = directory.keyAnnouncement('flag', epoch);
      const name = keys.current();
      const memberKey = name === undefined ? undefined : keys.forWriting(name);
      if (
        announcement === undefined ||
        directory.erasure('flag', epoch) !== undefined ||
        name === undefined ||
        memberKey === undefined
      )
        throw sharingRefusal('SHARING_EPOCH');
      const due = await this.#due(epoch, policy);
      for (let start = 0; start < due.length; start += this.#deps.oprfElementsPerRequest) {
        const flags = due.slice(start, start + this.#deps.oprfElementsPerRequest);
        const outputs = await this.#evaluate(announcement.peerId, announcement.keyId, epoch, flags);
        const sealing = {
          epoch,
          corporateGroup: this.#deps.self.corporateGroup,
          threshold: policy.flags.threshold,
          memberKey,
          memberKeyName: name,
          random: this.#deps.random,
        };
        await this.#keepPrepared(
          epoch,
          flags,
          flags.map((flag, place) => sealFlag({ ...sealing, flag, oprfOutput: outputs[place] ?? new Uint8Array(0) })),
        );
      }
      this.#tagged.add(epoch);
      await this.#done(announcement.peerId, epoch);
      return due.length;
    });
  }

  /** Sends what was prepared, when the erasure of the epoch's key stands in the log; otherwise does nothing. */
  async send(epoch: number, policy: Policy, gateway: string): Promise<number> {
    return this.#mutex.run('tag', async () => {
      const { directory, publisher, random } = this.#deps;
      if (directory.erasure('flag', epoch, { logged: true }) === undefined) return 0;
      const prepared = await this.#prepared(epoch);
      if (prepared.length === 0 && !this.#tagged.has(epoch)) return 0;
      const items = prepared.map(({ item }) => item);
      const batches = padBatches(items, policy.flags.batchSize, random);
      for (const [place, batch] of batches.entries()) {
        // The last batch of an epoch deletes what it was made from; a repeat after a crash is refused as too many shares.
        const last = place === batches.length - 1;
        const writes = last ? prepared.map(({ key }) => forget(key)) : [];
        await publisher.publish(
          {
            kind: 'flag_batch',
            audience: { scope: 'coordinator', id: '' },
            epoch,
            payload: encodeFlagBatch(batch),
            marking: SHARED,
            gateway,
            purpose: 'aml',
            caseHandle: '',
            lifeMs: LIFE_MS,
            sinks: ['coordinator'],
          },
          { writes, audit: [sharingEntry(this.#deps.clock.nowMs(), 'sharing', 'flags.sent', `epoch:${epoch}`)] },
        );
      }
      this.#tagged.delete(epoch);
      return items.length;
    });
  }

  /** Throws away what was tagged under a key that was never erased in the log: its epoch is skipped, the flags wait. */
  async skip(epoch: number): Promise<void> {
    const prepared = await this.#prepared(epoch);
    this.#tagged.delete(epoch);
    if (prepared.length > 0)
      await this.#deps.ledger.commit({ writes: prepared.map(({ key }) => forget(key)), audit: [] });
  }

  /** Flags that wait, inside policy's window, newest evidence first, as many as the quota allows. */
  async #due(epoch: number, policy: Policy): Promise<readonly OwnFlag[]> {
    const oldestMs = this.#deps.businessTime.nowMs() - policy.flags.windowMs;
    const waiting = (await this.#store.list()).filter(
      (flag) =>
        flag.state === 'waiting' &&
        flag.lastSeenMs >= oldestMs &&
        !flag.sent.some((sending) => sending.epoch === epoch),
    );
    return waiting.sort((one, other) => other.lastSeenMs - one.lastSeenMs).slice(0, policy.flags.quotaPerEpoch);
  }

  async #evaluate(
    holder: PeerIdText,
    publicKey: Uint8Array,
    epoch: number,
    flags: readonly OwnFlag[],
  ): Promise<readonly Uint8Array[]> {
    const { oprf, random, self } = this.#deps;
    const inputs = flags.map((flag) =>
      flagInput({ type: flag.identifierType, epoch, value: `${flag.holderAgency}/${flag.identifier}` }),
    );
    if (holder === self.peerId) return this.#deps.holder.evaluateOwn(epoch, inputs);
    const blindings = inputs.map((input) => blind(input, random));
    const blinded = blindings.map((blinding) => blinding.blinded);
    const { evaluated, proof } = await oprf.evaluate(holder, epoch, blinded);
    return finalizeBatch({
      inputs,
      blinds: blindings.map((blinding) => blinding.blind),
      blinded,
      evaluated,
      proof,
      publicKey,
    });
  }

  /** Sealed flags and the note of their handles in one commit. */
  async #keepPrepared(epoch: number, flags: readonly OwnFlag[], items: readonly FlagItem[]): Promise<void> {
    const rows = items.map((item): LedgerWrite => {
      const key = `prepared/${epoch}/${toHex(item.handle)}`;
      return { space: 'flag', key, value: encodeFlagBatch([item]), marking: PROCESS_ONLY };
    });
    const sent = flags.map((flag, place) => {
      const handle = toHex(items[place]?.handle ?? new Uint8Array(0));
      return flagWrite({ ...flag, sent: [...flag.sent, { epoch, handle }] });
    });
    await this.#deps.ledger.commit({ writes: [...rows, ...sent], audit: [] });
  }

  async #prepared(epoch: number): Promise<readonly { readonly key: string; readonly item: FlagItem }[]> {
    const rows: { key: string; item: FlagItem }[] = [];
    for await (const { key, value } of this.#deps.ledger.list(
      'flag',
      { prefix: `prepared/${epoch}/` },
      this.#deps.viewer,
    )) {
      rows.push(...decodeFlagBatch(value, value.length).map((item) => ({ key, item })));
    }
    return rows;
  }

  async #done(holder: PeerIdText, epoch: number): Promise<void> {
    if (holder === this.#deps.self.peerId) this.#deps.holder.markDone(holder, epoch);
    else await this.#deps.oprf.done(holder, epoch);
  }
}

function forget(key: string): LedgerWrite {
  return { space: 'flag', key, value: null, marking: PROCESS_ONLY };
}
