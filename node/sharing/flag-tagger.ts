import { LIMITS } from '../../config/settings/limits.ts';
import { flagInput } from '../../crypto/flag/flag.ts';
import { blind, finalizeBatch } from '../../crypto/oprf/voprf.ts';
import type { KeyAnnouncement } from '../../proto/domain/control.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { Policy } from '../../proto/domain/policy.ts';
import type { Log, RandomBytes } from '../../proto/domain/runtime.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { sealFlag } from './flag-items.ts';
import type { FlagKeyHolder } from './flag-key-holder.ts';
import { flagId, flagValue, type OwnFlag } from './flag-store.ts';
import type { Flags } from './flags.ts';
import type { MemberKeys } from './member-keys.ts';
import type { Directory, Self } from './ports.ts';
import { type PreparedFlags, preparedWrite } from './prepared-flags.ts';
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

export type FlagTaggerDeps = {
  readonly ledger: Ledger;
  readonly flags: Flags;
  readonly prepared: PreparedFlags;
  readonly directory: Directory;
  readonly self: Self;
  readonly keys: MemberKeys;
  readonly holder: FlagKeyHolder;
  readonly oprf: OprfClient;
  readonly random: RandomBytes;
  readonly log: Log;
};

/** Tags own flags through the key holder of an epoch and seals them; they are kept until they may be sent. */
export class FlagTagger {
  readonly #deps: FlagTaggerDeps;

  constructor(deps: FlagTaggerDeps) {
    this.#deps = deps;
  }

  /**
   * Tags what waits and tells the holder that no more is needed. Repeating it tags only what is not prepared for this
   * epoch yet. Where the holder's quota ends, the rest waits for the next epoch.
   * @returns how many are prepared
   * @throws SHARING_EPOCH when there is no key to ask or no member key to seal under, and whatever the holder refuses
   */
  async tag(epoch: number, policy: Policy): Promise<number> {
    const { directory, flags, prepared } = this.#deps;
    const announcement = directory.keyAnnouncement('flag', epoch);
    if (announcement === undefined || directory.erasure('flag', epoch) !== undefined)
      throw sharingRefusal('SHARING_EPOCH');
    const before = new Set((await prepared.list(epoch)).map(({ flag }) => flag));
    const due = (await flags.due(policy)).filter((flag) => !before.has(flagId(flag)));
    let tagged = before.size;
    for (let start = 0; start < due.length; start += LIMITS.oprfElementsPerRequest) {
      const part = due.slice(start, start + LIMITS.oprfElementsPerRequest);
      if (!(await this.#tagPart(announcement, part, policy))) break;
      tagged += part.length;
    }
    await this.#done(announcement);
    return tagged;
  }

  /** @returns false when the quota is spent */
  async #tagPart(announcement: KeyAnnouncement, flags: readonly OwnFlag[], policy: Policy): Promise<boolean> {
    const { keys, ledger, random, self } = this.#deps;
    const { epoch } = announcement;
    const memberKeyName = keys.current();
    const memberKey = memberKeyName === undefined ? undefined : keys.forWriting(memberKeyName);
    if (memberKeyName === undefined || memberKey === undefined) throw sharingRefusal('SHARING_EPOCH');
    const outputs = await this.#evaluate(announcement, flags);
    if (outputs === undefined) return false;
    const { corporateGroup } = self;
    const { threshold } = policy.flags;
    const sealing = { epoch, corporateGroup, threshold, memberKey, memberKeyName, random };
    const writes = flags.map((flag, place) => {
      const item = sealFlag({ ...sealing, flag, oprfOutput: outputs[place] ?? new Uint8Array(0) });
      return preparedWrite(epoch, { flag: flagId(flag), item });
    });
    await ledger.commit({ writes, audit: [] });
    return true;
  }

  async #evaluate(
    { epoch, keyId, peerId }: KeyAnnouncement,
    flags: readonly OwnFlag[],
  ): Promise<readonly Uint8Array[] | undefined> {
    const { holder, oprf, random, self } = this.#deps;
    const inputs = flags.map((flag) => flagInput({ type: flag.identifierType, epoch, value: flagValue(flag) }));
    try {
      if (peerId === self.peerId) return await holder.evaluateOwn(epoch, inputs);
      const blindings = inputs.map((input) => blind(input, random));
      const blinded = blindings.map((blinding) => blinding.blinded);
      const { evaluated, proof } = await oprf.evaluate(peerId, epoch, blinded);
      const blinds = blindings.map((blinding) => blinding.blind);
      return finalizeBatch({ inputs, blinds, blinded, evaluated, proof, publicKey: keyId });
    } catch (error) {
      if (!isRefusal(error, 'SHARING_QUOTA')) throw error;
      this.#deps.log.warn({ epoch, flags: flags.length }, 'quota of flags spent; the rest waits for the next epoch');
      return undefined;
    }
  }

  /** Tells the holder again that no more is needed. @returns whether it has the key still, so that an erasure will come */
  async isKeyHeld(epoch: number): Promise<boolean> {
    const announcement = this.#deps.directory.keyAnnouncement('flag', epoch);
    return announcement !== undefined && (await this.#done(announcement));
  }

  /** The holder need not wait for us; where this does not reach it, it waits its time. */
  async #done({ epoch, peerId }: KeyAnnouncement): Promise<boolean> {
    const { holder, log, oprf, self } = this.#deps;
    try {
      if (peerId === self.peerId) holder.markDone(peerId, epoch);
      else await oprf.done(peerId, epoch);
      return true;
    } catch (error) {
      const code = isRefusal(error) ? error.code : 'FAULT';
      log.debug({ epoch, code }, 'the key holder was not told that no more is needed');
      return false;
    }
  }
}
