export type MeshSettings = {
  /** Seed of the node's Ed25519 identity key, 32 bytes; the peer id follows from it. */
  readonly identitySeed: Uint8Array;
  readonly federationId: Uint8Array;
  /** Of the program, told to peers. */
  readonly version: string;
  /** Multiaddrs such as `/ip4/0.0.0.0/tcp/9600`; port 0 takes any free one; none for a node that only dials out. */
  readonly listenAddresses: readonly string[];
  /** What the node says instead of where it listens, for a node behind a forwarded port. */
  readonly announceAddresses: readonly string[];
  /** LIMITS.inboundConnectionsPerSecondPerHost, unless many nodes of a federation share a host. */
  readonly inboundConnectionsPerSecondPerHost: number;
};
