import test from 'ava';
import type { EnvelopeHeader, SignedEnvelope } from '../../../proto/domain/envelope.ts';
import type { AgencyNode } from '../../tools/federation/agency-node.ts';
import { adoptPolicy, type Federation, foundFederation, startMember } from '../../tools/federation/found.ts';
import { handOver, handOverEnvelope, objectAt, type OwnObject, ownObjects } from '../../tools/federation/objects.ts';
import { closeWindow } from '../../tools/federation/replay.ts';
import { isMeshComplete, sharingOf } from '../../tools/federation/standing.ts';
import { Workspace } from '../../tools/federation/workspace.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import { encodeEnvelope } from '../../../proto/codec/envelope.ts';
import { someAgencies } from './support/agencies.ts';
import { following, signedBy } from './support/forgery.ts';
import { insiderOf } from './support/insider.ts';
import { feedDay, memberOf } from './support/play.ts';
import { accountOf } from './support/stage.ts';

/** Windows that close while a member is away; a day each, with a day to spare for a week. */
const AWAY_WINDOWS = 8;

const workspace = Workspace.create();
let federation: Federation;
const nodeOf = (agency: string): AgencyNode => memberOf(federation, agency).node;
const nodesOf = (): readonly AgencyNode[] => federation.members.map(({ node }) => node);

test.before(async () => {
  federation = await foundFederation(workspace, {
    name: 'exchange',
    agencies: someAgencies(3),
    approvals: 2,
    nodeWords: ['--sharing-collect-seconds', '1'],
  });
  await adoptPolicy(federation, { keyHolder: 'alpha', threshold: 2 });
  await Promise.all(nodesOf().map((node) => node.activate()));
  // Two transfers make an account one of whose holder hints go to the other agency.
  const twice = (agency: string) => [accountOf(agency, 1), accountOf(agency, 1)];
  await feedDay(federation, '2026-03-02', {
    alpha: [{ number: 1, alert: 'suspicious', paid: [...twice('bravo'), ...twice('charlie')] }],
    bravo: [{ number: 1, alert: 'cleared', paid: [...twice('alpha'), ...twice('charlie')] }],
    charlie: [{ number: 1, alert: 'none', paid: [...twice('alpha'), ...twice('bravo')] }],
  });
  await closeWindow(federation);
});
test.after.always(() => workspace.close());

test.serial('F-06 what is altered, cut short or put under another name is refused by its reason', async (t) => {
  const { envelope } = await lastOf('alpha', 'summary');
  const bravo = nodeOf('bravo');
  const changed = (change: Partial<SignedEnvelope>): Promise<string> =>
    handOverEnvelope(bravo, { ...envelope, ...change });
  t.is(await changed({ payload: flipped(envelope.payload) }), 'SHARING_HEADER');
  t.is(await changed({ salt: flipped(envelope.salt) }), 'SHARING_HEADER');
  t.is(await changed({ authorPeerId: (await insiderOf(nodeOf('charlie'))).peerId }), 'SHARING_SIGNATURE');
  for (let place = 0; place < envelope.header.length; place += 1)
    t.is(await changed({ header: flipped(envelope.header, place) }), 'SHARING_SIGNATURE', `header byte ${place}`);
  for (let place = 0; place < 64; place += 1)
    t.is(await changed({ signature: flipped(envelope.signature, place) }), 'SHARING_SIGNATURE', `byte ${place}`);
  const bytes = encodeEnvelope(envelope);
  t.regex(await handOver(bravo, bytes.subarray(0, bytes.length - 3)), /^WIRE_/);
  t.regex(await handOver(bravo, new Uint8Array(0)), /^WIRE_/);
});

test.serial('F-06 what its author signed for another federation, audience or place is refused', async (t) => {
  const bravo = nodeOf('bravo');
  const alpha = await insiderOf(nodeOf('alpha'));
  const { envelope, header } = await lastOf('alpha', 'summary');
  const next = following(envelope, header);
  const forged = (change: Partial<EnvelopeHeader>): Promise<string> =>
    handOverEnvelope(bravo, signedBy(alpha, header, { ...next, ...change }, envelope.payload));
  t.is(await forged({ federationId: header.federationId.map((byte) => byte ^ 1) }), 'SHARING_HEADER');
  t.is(await forged({ authorPeerId: (await insiderOf(nodeOf('charlie'))).peerId }), 'SHARING_HEADER');
  t.is(await forged({ audience: { scope: 'coordinator', id: '' } }), 'SHARING_AUDIENCE');
  t.is(await forged({ audience: { scope: 'pair', id: bravo.peerId } }), 'SHARING_AUDIENCE', 'a summary for one');
  t.is(await forged({ previousHeaderHash: new Uint8Array(32) }), 'SHARING_CHAIN');
  t.is(await forged({ sequence: header.sequence + 9 }), 'SHARING_GAP');
  t.is(await forged({ sequence: header.sequence }), 'SHARING_EQUIVOCATION');
  const hint = await lastOf('alpha', 'hint_batch', `pair:${nodeOf('charlie').peerId}`);
  t.is(await handOverEnvelope(bravo, hint.envelope), 'SHARING_AUDIENCE', "charlie's hint, at bravo");
});

test.serial('F-06 replays are refused, also after a restart, and the genuine next object is still taken', async (t) => {
  const { envelope } = await lastOf('alpha', 'summary');
  t.is(await handOverEnvelope(nodeOf('bravo'), envelope), 'SHARING_DUPLICATE');
  await nodeOf('bravo').program.kill();
  await startMember(nodeOf('bravo'), ['--sharing-collect-seconds', '1']);
  t.is(await handOverEnvelope(nodeOf('bravo'), envelope), 'SHARING_DUPLICATE', 'after kill -9 and restart');
  await waitUntil('bravo is back', () => isMeshComplete(federation.members), 60_000);
  await closeWindow(federation);
  const next = await lastOf('alpha', 'summary');
  t.not(next.object.header_hash, '');
  await waitUntil(
    'bravo holds it',
    async () => (await objectAt(nodeOf('bravo'), next.object.header_hash)) !== undefined,
  );
});

test.serial('F-07 a node that was away for a week catches up completely, in every audience', async (t) => {
  const bravo = nodeOf('bravo');
  await bravo.program.stop();
  const present = nodesOf().filter((node) => node !== bravo);
  for (let window = 0; window < AWAY_WINDOWS; window += 1) await closeWindow(federation, present);
  const meant = await objectsFor(present, bravo);
  t.true(meant.filter(({ audience }) => audience === 'federation').length >= 2 * AWAY_WINDOWS);
  t.true(meant.filter(({ audience }) => audience.startsWith('pair:')).length >= 2 * AWAY_WINDOWS);
  await startMember(bravo, ['--sharing-collect-seconds', '1']);
  await waitUntil(
    'bravo holds everything that was meant for it',
    async () => (await Promise.all(meant.map(({ header_hash: hash }) => objectAt(bravo, hash)))).every(Boolean),
    60_000,
  );
  const { control_log_size: own } = await sharingOf(bravo);
  t.is(own, (await sharingOf(nodeOf('alpha'))).control_log_size, 'the control log too');
  await waitUntil('nothing waits any more', async () =>
    (await Promise.all(present.map(sharingOf))).every(({ outbox }) => outbox === 0),
  );
});

/** The last object of a kind, or of a kind in an audience, that an agency has sent. */
async function lastOf(agency: string, kind: string, audience?: string) {
  const object = (await ownObjects(nodeOf(agency))).findLast(
    (candidate) => candidate.kind === kind && (audience === undefined || candidate.audience === audience),
  );
  const held = object === undefined ? undefined : await objectAt(nodeOf(agency), object.header_hash);
  if (object === undefined || held === undefined) throw new Error(`${agency} has sent no ${kind}`);
  return { object, ...held };
}

/** Objects of some authors that another member is to have. */
async function objectsFor(authors: readonly AgencyNode[], reader: AgencyNode): Promise<readonly OwnObject[]> {
  const sent = await Promise.all(authors.map(ownObjects));
  return sent.flat().filter(({ audience }) => audience === 'federation' || audience === `pair:${reader.peerId}`);
}

function flipped(bytes: Uint8Array, place = bytes.length >>> 1): Uint8Array {
  return bytes.map((byte, at) => (at === place ? byte ^ 1 : byte));
}
