import { integer, list } from './kinds.ts';
import { LIMITS } from './limits.ts';
import { setting } from './setting.ts';

const MULTIADDR = /^\/(?:ip4|ip6|dns4|dns6)\/[^/]+\/tcp\/\d{1,5}$/;

export const MESH_SETTINGS = {
  listen: setting(list(MULTIADDR, 'list of multiaddrs'), {
    default: ['/ip4/127.0.0.1/tcp/9600'],
    description: 'Where the mesh listens; port 0 takes any free one; empty for a node that only dials out.',
  }),
  announce: setting(list(MULTIADDR, 'list of multiaddrs'), {
    default: [],
    description: 'What other members are told instead, for a node behind a forwarded port.',
  }),
  connectionsPerSecondPerHost: setting(integer(1, 10_000), {
    default: LIMITS.inboundConnectionsPerSecondPerHost,
    description: 'Inbound connections taken from one host in a second; more where many nodes share one.',
  }),
} as const;
