import { concat, equalBytes, toHex } from '../../crypto/bytes.ts';
import { memberKeyId } from '../../crypto/member-key.ts';
import { open, seal, type SealContext } from '../../crypto/seal.ts';
import type { KeyAnnouncement } from '../../proto/domain/control.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { RandomBytes } from '../../proto/domain/runtime.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { PROCESS_ONLY } from './markings.ts';
import type { AtRest } from './at-rest-port.ts';
import type { Directory, Self } from './ports.ts';
import { sharingRefusal } from './refusal.ts';

/** Names one member key. */
export type KeyName = { readonly epoch: number; readonly generation: number };

/** A member key on its way to one member, sealed to the key that the log records for it. */
export type KeyGrant = KeyName & { readonly senderPeerId: PeerIdText; readonly sealedKey: Uint8Array };

export type MemberKeysDeps = {
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly directory: Directory;
  readonly self: Self;
  readonly random: RandomBytes;
  readonly atRest: AtRest;
};

const EPOCH_DIGITS = 12;
const KEY_BYTES = 32;
/** Keys of one name that a grant carries: as many makers as may have been at it side by side. */
const KEYS_GRANTED = 16;

/**
 * Member keys of (epoch, generation): made, kept, granted to members and to nobody else. The coordinator is not asked
 * and never gets one. Of two keys for one name, the one with the lower id is used for new objects, both are kept.
 */
export class MemberKeys {
  readonly #deps: MemberKeysDeps;
  readonly #held = new Map<string, Uint8Array[]>();
  #revision = 0;

  private constructor(deps: MemberKeysDeps) {
    this.#deps = deps;
  }

  static async open(deps: MemberKeysDeps): Promise<MemberKeys> {
    const keys = new MemberKeys(deps);
    for await (const record of deps.ledger.list('memberKey', { prefix: 'key/' }, deps.viewer)) {
      const [, name = ''] = record.key.split('/');
      keys.#hold(name, deps.atRest.open(record.value));
    }
    return keys;
  }

  /** Makes a key for a name and keeps it; the caller announces the id. */
  async make(name: KeyName): Promise<{ readonly keyId: Uint8Array }> {
    const key = this.#deps.random(32);
    await this.#keep(name, key);
    return { keyId: memberKeyId(key) };
  }

  /** Keys held for reading objects of this name; several where two were announced. */
  forReading(name: KeyName): readonly Uint8Array[] {
    return this.#held.get(nameText(name)) ?? [];
  }

  /** The key for new objects: of those announced, the lowest id. Undefined while it has not come. */
  forWriting(name: KeyName): Uint8Array | undefined {
    const chosen = this.#deps.directory.keyAnnouncement('member', name.epoch, { generation: name.generation });
    return chosen === undefined ? undefined : this.#find(name, chosen.keyId);
  }

  holds(name: KeyName, keyId: Uint8Array): boolean {
    return this.#find(name, keyId) !== undefined;
  }

  /** Epoch and generation of now, undefined before the first. */
  current(): KeyName | undefined {
    return currentName(this.#deps.directory);
  }

  /** Rises with each key that comes: what could not be read before may be readable now. */
  revision(): number {
    return this.#revision;
  }

  /**
   * Seals the keys of a name to a member that asks: those announced and held here, the one for new objects first. A
   * joiner gets no epoch that began before its record stood in the log, unless policy says so.
   * @throws SHARING_KEY to everybody else, to suspended members, and when none is held
   */
  grant(name: KeyName, askerPeerId: PeerIdText): KeyGrant {
    const { directory, random, self } = this.#deps;
    const asker = directory.node(askerPeerId);
    if (asker === undefined || directory.isSuspended(askerPeerId) || !this.#mayRead(name, askerPeerId))
      throw sharingRefusal('SHARING_KEY');
    const keys = this.#announced(name).flatMap(({ keyId }) => this.#find(name, keyId) ?? []);
    if (keys.length === 0) throw sharingRefusal('SHARING_KEY');
    const sealedKey = seal({
      plaintext: concat(...keys.slice(0, KEYS_GRANTED)),
      context: this.#context(name, self.peerId, askerPeerId),
      senderSecretKey: self.sealingSecretKey,
      recipientPublicKey: asker.sealingKey,
      random,
    });
    return { epoch: name.epoch, generation: name.generation, senderPeerId: self.peerId, sealedKey };
  }

  /**
   * Opens a grant and keeps its keys, if all of them were announced under this name.
   * @throws SHARING_KEY, CRYPTO_OPEN, CRYPTO_CONTEXT
   */
  async accept(grant: KeyGrant): Promise<void> {
    const { directory, self } = this.#deps;
    const sender = directory.node(grant.senderPeerId);
    if (sender === undefined || directory.isSuspended(grant.senderPeerId)) throw sharingRefusal('SHARING_KEY');
    const plaintext = open({
      sealed: grant.sealedKey,
      context: this.#context(grant, grant.senderPeerId, self.peerId),
      senderPublicKey: sender.sealingKey,
      recipientSecretKey: self.sealingSecretKey,
    });
    const keys = Array.from({ length: Math.ceil(plaintext.length / KEY_BYTES) }, (_, place) =>
      plaintext.slice(place * KEY_BYTES, (place + 1) * KEY_BYTES),
    );
    const announced = this.#announced(grant);
    const fits = (key: Uint8Array): boolean =>
      key.length === KEY_BYTES && announced.some(({ keyId }) => equalBytes(keyId, memberKeyId(key)));
    if (keys.length === 0 || keys.length > KEYS_GRANTED || !keys.every(fits))
      throw sharingRefusal('SHARING_KEY', 'reject');
    for (const key of keys) await this.#keep(grant, key);
  }

  /** Announced keys that are not here and that this node may have, the latest first. */
  missing(): readonly KeyAnnouncement[] {
    const { directory, self } = this.#deps;
    const latest = directory.currentEpoch();
    const epochs = Array.from({ length: Math.min(EPOCHS_WANTED, latest) }, (_, back) => latest - back);
    return epochs
      .flatMap((epoch) => directory.keyAnnouncements('member', epoch).toReversed())
      .filter((entry) => this.#find(entry, entry.keyId) === undefined && this.#mayRead(entry, self.peerId));
  }

  /** Announcements of a name, the one whose key is for new objects first. */
  #announced({ epoch, generation }: KeyName): readonly KeyAnnouncement[] {
    return this.#deps.directory
      .keyAnnouncements('member', epoch)
      .filter((entry) => entry.generation === generation)
      .toSorted((one, other) => (toHex(one.keyId) < toHex(other.keyId) ? -1 : 1));
  }

  #find(name: KeyName, keyId: Uint8Array): Uint8Array | undefined {
    return this.forReading(name).find((key) => equalBytes(memberKeyId(key), keyId));
  }

  #mayRead(name: KeyName, peerId: PeerIdText): boolean {
    const { directory } = this.#deps;
    if (directory.policy()?.joinersReadBack === true) return true;
    const member = directory.node(peerId);
    const began = directory.epochBegan(name.epoch);
    return member !== undefined && (began === undefined || began === 'pending' || member.position <= began);
  }

  async #keep(name: KeyName, key: Uint8Array): Promise<void> {
    const text = nameText(name);
    if (this.#held.get(text)?.some((held) => equalBytes(held, key)) === true) return;
    const write = {
      space: 'memberKey',
      key: `key/${text}/${toHex(memberKeyId(key)).slice(0, 16)}`,
      value: this.#deps.atRest.seal(key),
      marking: PROCESS_ONLY,
    } as const;
    await this.#deps.ledger.commit({ writes: [write], audit: [] });
    this.#hold(text, key);
  }

  #hold(name: string, key: Uint8Array): void {
    this.#held.set(name, [...(this.#held.get(name) ?? []), key]);
    this.#revision += 1;
  }

  #context(name: KeyName, sender: PeerIdText, recipient: PeerIdText): SealContext {
    const { federationId } = this.#deps.directory;
    return {
      federationId,
      kind: 'member-key',
      sender,
      recipient,
      marking: PROCESS_ONLY,
      sequence: BigInt(name.epoch) * 65_536n + BigInt(name.generation),
    };
  }
}

function nameText({ epoch, generation }: KeyName): string {
  return `${String(epoch).padStart(EPOCH_DIGITS, '0')}.${String(generation).padStart(6, '0')}`;
}

/** Epoch and highest generation announced, undefined before the first epoch. */
export function currentName(directory: Directory): KeyName | undefined {
  const epoch = directory.currentEpoch();
  const announcement = directory.keyAnnouncement('member', epoch);
  return announcement === undefined ? undefined : { epoch, generation: announcement.generation };
}

/** Epochs back for which an absentee still asks; indicators of older ones have expired by the longest policy. */
const EPOCHS_WANTED = 400;
