import type { FileImports } from './imports.ts';

/**
 * Who may import whom (DESIGN, section 2), first match decides. `from` and `to` are path prefixes; a room may always
 * import itself.
 */
const ROOMS: readonly { readonly room: string; readonly mayImport: readonly string[] }[] = [
  { room: 'proto/domain/', mayImport: [] },
  { room: 'proto/gen/', mayImport: [] },
  { room: 'proto/codec/', mayImport: ['proto/domain/', 'proto/gen/'] },
  { room: 'crypto/', mayImport: ['proto/domain/'] },
  // Membership is judged by coordinator and nodes alike, from signed bytes: see ARCHITECTURE, "Where we differ".
  { room: 'config/policy/', mayImport: ['proto/domain/', 'proto/codec/', 'crypto/', 'config/'] },
  { room: 'config/', mayImport: ['proto/domain/', 'crypto/'] },
  { room: 'node/ledger/', mayImport: ['proto/domain/', 'crypto/', 'config/'] },
  { room: 'node/graph/', mayImport: ['proto/domain/', 'crypto/', 'config/'] },
  { room: 'node/screening/', mayImport: ['proto/domain/', 'crypto/', 'config/'] },
  { room: 'node/formats/', mayImport: ['proto/domain/', 'crypto/', 'config/'] },
  {
    room: 'node/records/',
    mayImport: ['proto/domain/', 'crypto/', 'config/', 'node/formats/', 'node/ledger/', 'node/graph/'],
  },
  {
    room: 'node/entities/',
    mayImport: [
      'proto/domain/',
      'crypto/',
      'config/',
      'node/ledger/',
      'node/graph/',
      'node/records/',
      'node/screening/',
    ],
  },
  { room: 'node/triage/', mayImport: ['proto/domain/', 'crypto/', 'config/', 'node/ledger/', 'node/graph/'] },
  { room: 'node/sharing/', mayImport: ['proto/', 'crypto/', 'config/', 'node/ledger/'] },
  { room: 'node/mesh/', mayImport: ['proto/', 'crypto/', 'config/', 'node/backoff.ts'] },
  { room: 'node/coordinator-link/', mayImport: ['proto/', 'crypto/', 'config/', 'node/backoff.ts'] },
  {
    room: 'node/api/',
    mayImport: [
      'proto/',
      'crypto/',
      'config/',
      'node/entities/',
      'node/formats/',
      'node/ledger/',
      'node/records/',
      'node/triage/',
      'node/sharing/',
    ],
  },
  { room: 'node/', mayImport: ['proto/', 'crypto/', 'config/', 'node/'] },
  { room: 'coordinator/', mayImport: ['proto/', 'crypto/', 'config/'] },
  { room: 'test/', mayImport: [''] },
];

/** Adapters that only the roots may name: a port's consumers must not know its engine. */
const ADAPTERS = /^(?:node|coordinator)\/(?:[a-z-]+\/)*(?:level|neo4j|postgres)\//;
const ROOTS = /^(?:node|coordinator)\/(?:[a-z-]+\.ts|cli\/|compose\/)/;

/** One home per package (DESIGN, section 2). */
const HOMES: readonly { readonly package: RegExp; readonly homes: readonly string[] }[] = [
  { package: /^(?:libp2p|@libp2p\/.*|@chainsafe\/.*|@multiformats\/.*)$/, homes: ['node/mesh/'] },
  { package: /^@grpc\/.*$/, homes: ['node/coordinator-link/', 'coordinator/rpc/', 'proto/gen/'] },
  {
    package: /^(?:level|classic-level)$/,
    homes: ['node/ledger/level/', 'node/graph/level/', 'coordinator/store/level/'],
  },
  { package: /^neo4j-driver$/, homes: ['node/graph/neo4j/'] },
  { package: /^@anthropic-ai\/sdk$/, homes: ['node/triage/models/'] },
  { package: /^(?:fastify|@fastify\/.*)$/, homes: ['node/api/'] },
  {
    package: /^(?:tweetnacl|node-forge|@peculiar\/.*|libsodium-.*|multiformats|reflect-metadata)$/,
    homes: ['crypto/'],
  },
  { package: /^(?:pino|prom-client)$/, homes: ['config/runtime/'] },
  { package: /^@bufbuild\/protobuf$/, homes: ['proto/gen/'] },
  { package: /^commander$/, homes: ['node/cli/', 'coordinator/cli/', 'node/main.ts', 'coordinator/main.ts'] },
  { package: /^csv-parse$/, homes: ['node/formats/'] },
];

/** What is wrong with a file's imports, each as one line; empty when all is well. */
export function breachesOf({ file, files, packages }: FileImports): readonly string[] {
  const room = ROOMS.find((candidate) => file.startsWith(candidate.room));
  if (room === undefined) return [`${file} stands in no room`];
  if (room.room === 'test/') return [];
  const strays = files
    .filter((target) => !mayImport(file, room, target))
    .map((target) => `${file} may not import ${target}`);
  const guests = packages.filter((name) => !isHome(file, name)).map((name) => `${file} is no home of ${name}`);
  return [...strays, ...guests];
}

function mayImport(file: string, room: (typeof ROOMS)[number], target: string): boolean {
  if (ADAPTERS.test(target) && !ADAPTERS.test(file) && !ROOTS.test(file)) return false;
  return target.startsWith(room.room) || room.mayImport.some((prefix) => target.startsWith(prefix));
}

function isHome(file: string, name: string): boolean {
  const rule = HOMES.find((candidate) => candidate.package.test(name));
  return rule === undefined || file.startsWith('test/') || rule.homes.some((home) => file.startsWith(home));
}
