import { encodeEnvelope } from '../../../proto/codec/envelope.ts';
import type { SignedEnvelope } from '../../../proto/domain/envelope.ts';
import type { AgencyNode } from '../../tools/federation/agency-node.ts';
import type { Member } from '../../tools/federation/found.ts';
import { handOver, objectAt, type OwnObject, ownObjects } from '../../tools/federation/objects.ts';
import type { Line } from '../report.ts';

/**
 * Hands every member envelopes of another one as an attacker would: altered in every part, under another author's
 * name, meant for somebody else, cut short, and the genuine one once more.
 */
export async function forgeLine(members: readonly Member[]): Promise<Line> {
  const nodes = members.map(({ node }) => node);
  const outcomes: { readonly attack: string; readonly to: string; readonly code: string }[] = [];
  for (const [place, victim] of nodes.entries()) {
    const author = nodes[(place + 1) % nodes.length];
    if (author === undefined) continue;
    for (const [attack, bytes] of await attacksFrom(author, victim)) {
      outcomes.push({ attack, to: victim.agencyId, code: await handOver(victim, bytes) });
    }
  }
  const refused = outcomes.filter(({ attack, code }) => EXPECTED[attack]?.includes(code) === true);
  return {
    section: 'When things go wrong',
    rows: [
      `forged or replayed envelopes refused: ${refused.length} of ${outcomes.length}`,
      `${Object.keys(EXPECTED).length} ways, each at every member; every refusal names its reason`,
    ],
    n: outcomes.length,
    pass: outcomes.length > 0 && refused.length === outcomes.length,
    values: { outcomes },
  };
}

/** Every way, and the codes that are the right refusal of it. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  replayed: ['SHARING_DUPLICATE'],
  'payload altered': ['SHARING_HEADER'],
  'header altered': ['SHARING_SIGNATURE'],
  'signature altered': ['SHARING_SIGNATURE'],
  'salt altered': ['SHARING_HEADER'],
  'author exchanged': ['SHARING_SIGNATURE'],
  'author unknown': ['SHARING_AUTHOR', 'WIRE_FIELD'],
  'meant for the coordinator': ['SHARING_AUDIENCE'],
  'cut short': ['WIRE_MALFORMED', 'WIRE_FIELD'],
};

async function attacksFrom(
  author: AgencyNode,
  victim: AgencyNode,
): Promise<readonly (readonly [string, Uint8Array])[]> {
  const items = await ownObjects(author);
  const summary = await envelopeOf(author, items, 'summary');
  const batch = await envelopeOf(author, items, 'flag_batch');
  const forged = (change: Partial<SignedEnvelope>): Uint8Array => encodeEnvelope({ ...summary, ...change });
  const stranger = `12D3KooW${'A'.repeat(44)}` as SignedEnvelope['authorPeerId'];
  const whole = encodeEnvelope(summary);
  return [
    ['replayed', whole],
    ['payload altered', forged({ payload: flipped(summary.payload) })],
    ['header altered', forged({ header: flipped(summary.header) })],
    ['signature altered', forged({ signature: flipped(summary.signature) })],
    ['salt altered', forged({ salt: flipped(summary.salt) })],
    ['author exchanged', forged({ authorPeerId: victim.peerId as SignedEnvelope['authorPeerId'] })],
    ['author unknown', forged({ authorPeerId: stranger })],
    ['meant for the coordinator', encodeEnvelope(batch)],
    ['cut short', whole.subarray(0, whole.length - 7)],
  ];
}

/** The last object of a kind that a node has sent. */
async function envelopeOf(node: AgencyNode, objects: readonly OwnObject[], kind: string): Promise<SignedEnvelope> {
  const object = objects.findLast((candidate) => candidate.kind === kind);
  if (object === undefined) throw new Error(`${node.agencyId} has sent no ${kind}`);
  const held = await objectAt(node, object.header_hash);
  if (held === undefined) throw new Error(`${node.agencyId} does not hold its own ${kind}`);
  return held.envelope;
}

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[copy.length >>> 1] = (copy[copy.length >>> 1] ?? 0) ^ 1;
  return copy;
}
