import test, { type ExecutionContext } from 'ava';
import { createMembership, type Membership } from '../../../config/policy/membership.ts';
import { LIMITS } from '../../../config/settings/limits.ts';
import { sha256 } from '../../../crypto/hash.ts';
import { createIdentityKey } from '../../../crypto/keys.ts';
import { encodePolicy } from '../../../proto/codec/policy.ts';
import type { Agency, KeyAnnouncement, SignedStatement } from '../../../proto/domain/control.ts';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import { type AgencyId, asId } from '../../../proto/domain/ids.ts';
import { createTestFederation, TEST_POLICY, type TestFederation, type TestNode } from '../../fixtures/federation.ts';

type Setting = {
  readonly federation: TestFederation;
  readonly membership: Membership;
  /** Applies at the next position of the log. */
  readonly log: (statement: SignedStatement) => void;
};

function setting(options: Parameters<typeof createTestFederation>[1] = {}): Setting {
  const federation = createTestFederation('membership', options);
  const membership = createMembership(federation.genesisBytes);
  let position = 0;
  const log = (statement: SignedStatement): void => {
    membership.apply(statement, position);
    position += 1;
  };
  return { federation, membership, log };
}

function refuses(t: ExecutionContext, code: string, act: () => void): void {
  const error = t.throws(act, { instanceOf: ConcordatError });
  t.is(error?.code, code, error?.message);
}

function agencyOf(federation: TestFederation, agencyId: string, officerKeys: readonly Uint8Array[]): Agency {
  return {
    agencyId: asId<AgencyId>(agencyId),
    name: 'New',
    corporateGroup: `group-${agencyId}`,
    jurisdiction: 'XX',
    officerKeys: officerKeys.length > 0 ? officerKeys : [createIdentityKey(federation.random).publicKey],
  };
}

function enrol({ federation, log }: Setting, agency: number, nodeId?: string): TestNode {
  const node = federation.createNode(agency, nodeId);
  log(federation.nodeStatement(node));
  return node;
}

function announcement(node: TestNode, change: Partial<KeyAnnouncement> = {}): KeyAnnouncement {
  const { purpose = 'member', epoch = 1, generation = 1 } = change;
  const keyId = sha256(new TextEncoder().encode(`${purpose}${epoch}${generation}${node.peerId}`));
  return {
    purpose,
    epoch,
    generation,
    peerId: node.peerId,
    keyId,
    detail: new Uint8Array(0),
    issuedAtMs: 1,
    ...change,
  };
}

test('agencies count, not keys: two officers of one agency are one approval', (t) => {
  const { federation, membership, log } = setting();
  const body = { kind: 'policy', value: TEST_POLICY } as const;
  refuses(t, 'MEMBERSHIP_APPROVALS', () =>
    log(federation.sign(body, federation.officer(0, 0), federation.officer(0, 1))),
  );
  t.is(membership.policy(), undefined);
  log(federation.sign(body, federation.officer(0), federation.officer(1)));
  t.is(membership.policy()?.version, 1);
});

test('one key twice, an unknown key, and a signature over something else refuse the whole statement', (t) => {
  const { federation, log } = setting();
  const body = { kind: 'policy', value: TEST_POLICY } as const;
  const [first, second] = [federation.officer(0), federation.officer(1)];
  refuses(t, 'MEMBERSHIP_SIGNATURE', () => log(federation.sign(body, first, first)));
  const stranger = { ...second, key: createIdentityKey(federation.random) };
  refuses(t, 'MEMBERSHIP_SIGNER', () => log(federation.sign(body, first, second, stranger)));
  const good = federation.sign(body, first, second);
  const changed = { ...good, body: encodePolicy({ ...TEST_POLICY, keyHolderAgency: asId<AgencyId>('agency-1') }) };
  refuses(t, 'MEMBERSHIP_SIGNATURE', () => log(changed));
  refuses(t, 'MEMBERSHIP_SIGNER', () => log(federation.sign(body, first, { ...second, agencyId: 'agency-2' })));
});

test('a statement signed for another federation is refused', (t) => {
  const { federation, log } = setting();
  const other = createTestFederation('membership', { createdAtMs: 5 });
  t.deepEqual(other.officer(0).key.publicKey, federation.officer(0).key.publicKey);
  const body = { kind: 'policy', value: TEST_POLICY } as const;
  refuses(t, 'MEMBERSHIP_SIGNATURE', () => log(other.sign(body, other.officer(0), other.officer(1))));
});

test('policies follow one another by version and hash, and two made side by side do not both take effect', (t) => {
  const { federation, membership, log } = setting();
  const officers = [federation.officer(0), federation.officer(2)] as const;
  log(federation.sign({ kind: 'policy', value: TEST_POLICY }, ...officers));
  t.deepEqual(membership.policyHash(), sha256(encodePolicy(TEST_POLICY)));
  const second = { ...TEST_POLICY, version: 2, previousHash: membership.policyHash() };
  const rival = { ...second, epochLengthMs: 20_000 };
  refuses(t, 'MEMBERSHIP_ORDER', () =>
    log(federation.sign({ kind: 'policy', value: { ...second, previousHash: new Uint8Array(32) } }, ...officers)),
  );
  log(federation.sign({ kind: 'policy', value: second }, ...officers));
  refuses(t, 'MEMBERSHIP_ORDER', () => log(federation.sign({ kind: 'policy', value: rival }, ...officers)));
  const unknown = {
    ...second,
    version: 3,
    previousHash: membership.policyHash(),
    keyHolderAgency: asId<AgencyId>('x'),
  };
  refuses(t, 'MEMBERSHIP_UNKNOWN', () => log(federation.sign({ kind: 'policy', value: unknown }, ...officers)));
});

test('a statement already logged is refused, by its body and not by its signatures', (t) => {
  const { federation, log } = setting();
  const body = { kind: 'policy', value: TEST_POLICY } as const;
  log(federation.sign(body, federation.officer(0), federation.officer(1)));
  refuses(t, 'MEMBERSHIP_DUPLICATE', () => log(federation.sign(body, federation.officer(1), federation.officer(2))));
});

test('a new agency needs officers of m agencies, and m stays a majority as the federation grows', (t) => {
  const { federation, membership, log } = setting();
  const add = (name: string, ...agencies: number[]): void =>
    log(
      federation.sign(
        { kind: 'agency', value: agencyOf(federation, name, []) },
        ...agencies.map((agency) => federation.officer(agency)),
      ),
    );
  refuses(t, 'MEMBERSHIP_APPROVALS', () => add('new-1', 0));
  add('new-1', 0, 1);
  t.is(membership.approvalsNeeded(), 3, 'four agencies: two would be two disjoint halves');
  refuses(t, 'MEMBERSHIP_APPROVALS', () => add('new-2', 0, 1));
  add('new-2', 0, 1, 2);
  t.deepEqual(
    membership.agencies().map(({ agencyId }) => agencyId),
    ['agency-0', 'agency-1', 'agency-2', 'new-1', 'new-2'].map((name) => asId<AgencyId>(name)),
  );
});

test('a replaced officer signs no more, his successor does', (t) => {
  const { federation, membership, log } = setting();
  const successor = createIdentityKey(federation.random);
  const value = agencyOf(federation, 'agency-0', [successor.publicKey]);
  log(federation.sign({ kind: 'agency', value }, federation.officer(1), federation.officer(2)));
  t.deepEqual(membership.officersOf(asId('agency-0')), [successor.publicKey]);
  const node = federation.createNode(0);
  refuses(t, 'MEMBERSHIP_SIGNER', () => log(federation.nodeStatement(node)));
  log(federation.sign({ kind: 'node', value: node.record }, { role: 'officer', agencyId: 'agency-0', key: successor }));
  t.is(membership.node(node.peerId)?.nodeId, 'node-1');
});

test('an officer key speaks for one agency and is nobody else’s key', (t) => {
  const world = setting();
  const { federation, log } = world;
  const node = enrol(world, 1);
  const officers = [federation.officer(1), federation.officer(2)] as const;
  const taken = [
    federation.officer(0).key.publicKey,
    node.identity.publicKey,
    federation.logKey.publicKey,
    new Uint8Array(32),
  ];
  for (const key of taken) {
    const value = agencyOf(federation, 'new-1', [key]);
    refuses(t, 'MEMBERSHIP_KEY', () => log(federation.sign({ kind: 'agency', value }, ...officers)));
  }
  const crowded = Array.from(
    { length: LIMITS.officersPerAgency + 1 },
    () => createIdentityKey(federation.random).publicKey,
  );
  refuses(t, 'MEMBERSHIP_LIMIT', () =>
    log(federation.sign({ kind: 'agency', value: agencyOf(federation, 'new-1', crowded) }, ...officers)),
  );
});

test('a node’s record is signed by an officer of its own agency, and by no other', (t) => {
  const { federation, membership, log } = setting();
  const node = federation.createNode(0);
  const body = { kind: 'node', value: node.record } as const;
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(federation.sign(body, federation.officer(1), federation.officer(2))));
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(federation.sign(body, federation.coordinator)));
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(federation.sign(body)));
  log(federation.sign(body, federation.officer(0)));
  t.deepEqual(
    membership.nodes().map(({ peerId }) => peerId),
    [node.peerId],
  );
});

test('a node keeps identity, agency and name when its other keys change, and its place in the roster', (t) => {
  const world = setting();
  const { federation, membership, log } = world;
  const node = enrol(world, 0);
  const second = enrol(world, 1);
  const renewed = { ...node.record, tlsKeyHash: federation.random(32) };
  log(federation.sign({ kind: 'node', value: renewed }, federation.officer(0)));
  t.deepEqual(membership.node(node.peerId)?.tlsKeyHash, renewed.tlsKeyHash);
  t.deepEqual(
    membership.nodes().map(({ peerId }) => peerId),
    [node.peerId, second.peerId],
  );
  const moved = { ...node.record, agencyId: asId<AgencyId>('agency-2') };
  refuses(t, 'MEMBERSHIP_KEY', () => log(federation.sign({ kind: 'node', value: moved }, federation.officer(2))));
  const namesake = federation.createNode(0);
  refuses(t, 'MEMBERSHIP_DUPLICATE', () => log(federation.nodeStatement(namesake)));
  const borrowed = { ...federation.createNode(0, 'node-2').record, sealingKey: second.record.sealingKey };
  refuses(t, 'MEMBERSHIP_KEY', () => log(federation.sign({ kind: 'node', value: borrowed }, federation.officer(0))));
});

test('kinds whose order gives their meaning count from the log alone', (t) => {
  const { federation, membership } = setting();
  const officers = [federation.officer(0), federation.officer(1)] as const;
  const statements = [
    federation.sign({ kind: 'policy', value: TEST_POLICY }, ...officers),
    federation.nodeStatement(federation.createNode(0)),
    federation.sign({ kind: 'agency', value: agencyOf(federation, 'new-1', []) }, ...officers),
    federation.sign({ kind: 'crl', value: { number: 1, crl: new Uint8Array([1]) } }, federation.coordinator),
  ];
  for (const statement of statements) refuses(t, 'MEMBERSHIP_UNLOGGED', () => membership.apply(statement, 'pending'));
});

test('revocation lists come from the coordinator and their number only rises', (t) => {
  const { federation, membership, log } = setting();
  const crl = (number: number): { kind: 'crl'; value: { number: number; crl: Uint8Array } } => ({
    kind: 'crl',
    value: { number, crl: new Uint8Array([number]) },
  });
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(federation.sign(crl(1), federation.officer(0), federation.officer(1))));
  log(federation.sign(crl(2), federation.coordinator));
  refuses(t, 'MEMBERSHIP_ORDER', () => log(federation.sign(crl(1), federation.coordinator)));
  log(federation.sign(crl(5), federation.coordinator));
  t.is(membership.crl()?.number, 5);
});

test('the first member key of the next number begins an epoch; of two for one generation the lower id is used', (t) => {
  const world = setting();
  const { federation, membership, log } = world;
  const [one, other] = [enrol(world, 0), enrol(world, 1)];
  const announce = (node: TestNode, change: Partial<KeyAnnouncement> = {}): void =>
    log(federation.sign({ kind: 'key_announcement', value: announcement(node, change) }, node.signer));
  t.is(membership.currentEpoch(), 0);
  refuses(t, 'MEMBERSHIP_ORDER', () => announce(one, { epoch: 2 }));
  refuses(t, 'MEMBERSHIP_ORDER', () => announce(one, { generation: 2 }));
  announce(one, { keyId: new Uint8Array(32).fill(9) });
  announce(other, { keyId: new Uint8Array(32).fill(8) });
  refuses(t, 'MEMBERSHIP_DUPLICATE', () => announce(one, { keyId: new Uint8Array(32).fill(1) }));
  t.is(membership.currentEpoch(), 1);
  t.is(membership.keyAnnouncement('member', 1)?.peerId, other.peerId);
  t.is(membership.keyAnnouncements('member', 1).length, 2);
  announce(one, { generation: 2 });
  t.is(membership.keyAnnouncement('member', 1)?.generation, 2);
  t.is(membership.keyAnnouncement('member', 1, { generation: 1 })?.peerId, other.peerId);
});

test('a key is announced by the node that it names alone', (t) => {
  const world = setting();
  const { federation, log } = world;
  const [one, other] = [enrol(world, 0), enrol(world, 1)];
  const body = { kind: 'key_announcement', value: announcement(one) } as const;
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(federation.sign(body, other.signer)));
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(federation.sign(body, federation.officer(0), federation.coordinator)));
  const stranger = federation.createNode(0, 'node-9');
  refuses(t, 'MEMBERSHIP_SIGNER', () =>
    log(federation.sign({ kind: 'key_announcement', value: announcement(stranger) }, stranger.signer)),
  );
});

test('the flag key of an epoch is announced once, by a node of the key-holder agency, under a number that has begun', (t) => {
  const world = setting();
  const { federation, membership, log } = world;
  const [holder, second, foreign] = [enrol(world, 0), enrol(world, 0, 'node-2'), enrol(world, 1)];
  const flagKey = (node: TestNode, epoch = 1): SignedStatement =>
    federation.sign({ kind: 'key_announcement', value: announcement(node, { purpose: 'flag', epoch }) }, node.signer);
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(flagKey(holder)));
  log(federation.sign({ kind: 'policy', value: TEST_POLICY }, federation.officer(0), federation.officer(1)));
  refuses(t, 'MEMBERSHIP_ORDER', () => log(flagKey(holder)));
  log(federation.sign({ kind: 'key_announcement', value: announcement(foreign) }, foreign.signer));
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(flagKey(foreign)));
  refuses(t, 'MEMBERSHIP_UNLOGGED', () => membership.apply(flagKey(holder), 'pending'));
  log(flagKey(holder));
  refuses(t, 'MEMBERSHIP_DUPLICATE', () => log(flagKey(second)));
  t.is(membership.keyAnnouncement('flag', 1)?.peerId, holder.peerId);
});

test('an erasure is the word of the node that announced the key, once; a match key after a loss is a new generation', (t) => {
  const world = setting();
  const { federation, membership, log } = world;
  const [one, other] = [enrol(world, 0), enrol(world, 1)];
  log(federation.sign({ kind: 'key_announcement', value: announcement(one) }, one.signer));
  const match = (generation: number): KeyAnnouncement =>
    announcement(one, { purpose: 'match', generation, detail: new Uint8Array(32) });
  const announce = (generation: number): void =>
    log(federation.sign({ kind: 'key_announcement', value: match(generation) }, one.signer));
  announce(1);
  refuses(t, 'MEMBERSHIP_ORDER', () => announce(0));
  const { keyId } = match(1);
  const erasure = { purpose: 'match', epoch: 1, peerId: one.peerId, keyId, evaluations: 3, issuedAtMs: 2 } as const;
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(federation.sign({ kind: 'key_erasure', value: erasure }, other.signer)));
  refuses(t, 'MEMBERSHIP_UNKNOWN', () =>
    log(federation.sign({ kind: 'key_erasure', value: { ...erasure, keyId: new Uint8Array(32) } }, one.signer)),
  );
  const pending = federation.sign({ kind: 'key_erasure', value: erasure }, one.signer);
  membership.apply(pending, 'pending');
  t.is(membership.erasure('match', 1, { logged: true }), undefined);
  log(pending);
  t.is(membership.erasure('match', 1, { logged: true })?.evaluations, 3);
  refuses(t, 'MEMBERSHIP_DUPLICATE', () =>
    log(federation.sign({ kind: 'key_erasure', value: { ...erasure, evaluations: 4 } }, one.signer)),
  );
  announce(2);
  t.is(membership.keyAnnouncement('match', 1, { peerId: one.peerId })?.generation, 2);
});

test('what gossip brought first does not change how the log is judged', (t) => {
  const world = setting();
  const { federation, membership, log } = world;
  const node = enrol(world, 0);
  const pending = announcement(node, { keyId: new Uint8Array(32).fill(1) });
  const logged = announcement(node, { keyId: new Uint8Array(32).fill(2) });
  membership.apply(federation.sign({ kind: 'key_announcement', value: pending }, node.signer), 'pending');
  t.is(membership.currentEpoch(), 1);
  log(federation.sign({ kind: 'key_announcement', value: logged }, node.signer));
  t.is(membership.keyAnnouncements('member', 1).length, 2);
  const again = membership.apply(federation.sign({ kind: 'key_announcement', value: pending }, node.signer), 'pending');
  t.false(again.isNew);
});
