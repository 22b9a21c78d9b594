import type { ExecutionContext } from 'ava';
import { SILENT_LOG } from '../../../config/runtime/log.ts';
import { systemRandom } from '../../../config/runtime/random.ts';
import { sha256 } from '../../../crypto/hash.ts';
import type { ClientCertificate } from '../../../node/coordinator-link/channel.ts';
import { createCoordinatorLink, type CoordinatorLink } from '../../../node/coordinator-link/link.ts';
import type { LinkCount } from '../../../node/coordinator-link/metrics.ts';
import type { ControlBatch, RosterEntry } from '../../../node/coordinator-link/streams.ts';
import { encodeHeader } from '../../../proto/codec/envelope.ts';
import type { Audience, SignedEnvelope } from '../../../proto/domain/envelope.ts';
import type { SignedIndicator } from '../../../proto/domain/exchange.ts';
import { peerIdOf } from '../mesh/mesh-harness.ts';
import { FakeCoordinator } from './fake-coordinator.ts';
import { Pki } from './pki.ts';

export type Taken = {
  readonly rosters: { readonly entries: readonly RosterEntry[]; readonly whole: boolean }[];
  readonly batches: ControlBatch[];
  readonly indicators: SignedIndicator[];
  readonly serverTimes: number[];
  readonly counts: LinkCount[];
  /** Throws from here on when set. */
  refusal: Error | undefined;
};

export type LinkUnderTest = {
  readonly link: CoordinatorLink;
  readonly coordinator: FakeCoordinator;
  readonly pki: Pki;
  readonly taken: Taken;
};

/** A link to a fake coordinator on loopback, both stopped with the test. Not yet started. */
export async function buildLink(
  t: ExecutionContext,
  given: { readonly certificate?: ClientCertificate; readonly root?: Uint8Array } = {},
): Promise<LinkUnderTest> {
  const pki = await Pki.create();
  const coordinator = new FakeCoordinator(pki);
  await coordinator.start();
  const taken: Taken = { rosters: [], batches: [], indicators: [], serverTimes: [], counts: [], refusal: undefined };
  const demand = () => {
    if (taken.refusal !== undefined) throw taken.refusal;
  };
  const link = createCoordinatorLink(
    {
      address: coordinator.address,
      rootCertificate: given.root ?? pki.root,
      certificate: given.certificate ?? (await pki.member('node')),
      version: '0.0.0-test',
    },
    {
      random: systemRandom,
      log: SILENT_LOG,
      metrics: { count: (event) => void taken.counts.push(event) },
      addresses: () => ['/ip4/127.0.0.1/tcp/9600'],
      onServerTime: (serverTimeMs) => void taken.serverTimes.push(serverTimeMs),
      handlers: {
        roster: {
          receive: async (entries, whole) => void taken.rosters.push({ entries, whole }),
        },
        control: {
          next: async () => taken.batches.reduce((count, { entries }) => count + entries.length, 0),
          receive: async (batch) => {
            demand();
            taken.batches.push(batch);
          },
        },
        indicators: {
          next: async () => taken.indicators.length,
          receive: async (indicator) => {
            demand();
            taken.indicators.push(indicator);
          },
        },
      },
    },
  );
  t.teardown(async () => {
    await link.stop();
    coordinator.stop();
  });
  return { link, coordinator, pki, taken };
}

/** An envelope with a header that parses; nobody here looks at its signature. */
export function envelopeOf(sequence: number, audience: Audience = { scope: 'coordinator', id: '' }): SignedEnvelope {
  const header = encodeHeader({
    version: 1,
    kind: 'flag_batch',
    federationId: new Uint8Array(32),
    authorPeerId: peerIdOf('author'),
    incarnation: 0,
    audience,
    epoch: 1,
    sequence,
    previousHeaderHash: new Uint8Array(32),
    issuedAtMs: 1,
    expiresAtMs: 2,
    gateway: 'synthetic',
    purpose: '',
    caseHandle: '',
    marking: { tlp: 'AMBER', classification: 'RESTRICTED', compartments: [], groups: [] },
    payloadHash: sha256(Uint8Array.of(sequence)),
    payloadLength: 3,
  });
  const payload = Uint8Array.of(1, 2, 3);
  return { authorPeerId: peerIdOf('author'), header, signature: new Uint8Array(64), salt: new Uint8Array(32), payload };
}
