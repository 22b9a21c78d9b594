import * as z from 'zod';
import type { Membership } from '../../config/policy/membership.ts';
import { asId, type PeerIdText } from '../../proto/domain/ids.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { RosterEntry } from '../coordinator-link/streams.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Member, MemberDirectory } from '../mesh/member-directory.ts';
import { MEMBERS } from '../sharing/markings.ts';

const KEY = 'roster';
const STORED = z.array(z.tuple([z.string(), z.array(z.string())]));

/**
 * Who may be dialled and where. Admission follows from the control log alone; addresses are a hint of the coordinator,
 * kept so that the mesh finds its members again while it is away.
 */
export class Roster implements MemberDirectory {
  readonly #membership: Membership;
  readonly #ledger: Ledger;
  readonly #addresses: Map<PeerIdText, readonly string[]>;
  readonly #listeners = new Set<() => void>();

  private constructor(membership: Membership, ledger: Ledger, addresses: Map<PeerIdText, readonly string[]>) {
    this.#membership = membership;
    this.#ledger = ledger;
    this.#addresses = addresses;
  }

  static async open(membership: Membership, ledger: Ledger, viewer: Viewer): Promise<Roster> {
    const record = await ledger.get('cursor', KEY, viewer);
    const stored = record === undefined ? [] : STORED.parse(JSON.parse(Buffer.from(record.value).toString()));
    return new Roster(
      membership,
      ledger,
      new Map(stored.map(([peerId, addresses]) => [asId<PeerIdText>(peerId), addresses])),
    );
  }

  isAdmitted(peerId: string): boolean {
    const id = asId<PeerIdText>(peerId);
    return this.#membership.node(id) !== undefined && !this.#membership.isSuspended(id);
  }

  members(): readonly Member[] {
    const admitted = this.#membership.nodes().filter(({ peerId }) => this.isAdmitted(peerId));
    return admitted.map(({ peerId }) => ({ peerId, addresses: this.#addresses.get(peerId) ?? [] }));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Members or suspensions have changed. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Takes addresses from the coordinator; durable before they are used. */
  async take(entries: readonly RosterEntry[]): Promise<void> {
    for (const { peerId, addresses } of entries) this.#addresses.set(peerId, addresses);
    const value = Buffer.from(JSON.stringify([...this.#addresses]));
    await this.#ledger.commit({ writes: [{ space: 'cursor', key: KEY, value, marking: MEMBERS }], audit: [] });
    this.changed();
  }
}
