import type { PeerIdText } from '../../proto/domain/ids.ts';

export type Member = {
  readonly peerId: PeerIdText;
  /** Multiaddrs of the roster, best first; without `/p2p/…` at the end or with the member's own. */
  readonly addresses: readonly string[];
};

/** Who belongs to the federation, as the verified control log and the roster say. Owned by whoever verifies them. */
export type MemberDirectory = {
  /** In the roster and not suspended, as of now. Asked for each connection, so it must be cheap. */
  isAdmitted(peerId: string): boolean;
  /** All admitted nodes; the own one may be among them. */
  members(): readonly Member[];
  /** Calls the listener after each change of members, suspensions or addresses. Returns how to stop that. */
  onChange(listener: () => void): () => void;
};
