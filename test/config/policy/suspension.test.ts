import test, { type ExecutionContext } from 'ava';
import { countsUnder } from '../../../config/policy/cut-off.ts';
import { createMembership, type Membership } from '../../../config/policy/membership.ts';
import type { Position } from '../../../config/policy/state.ts';
import { createIdentityKey } from '../../../crypto/keys.ts';
import type {
  Agency,
  AudienceHead,
  NodeHeads,
  SignedStatement,
  Suspension,
  SuspensionTarget,
} from '../../../proto/domain/control.ts';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import { type AgencyId, asId } from '../../../proto/domain/ids.ts';
import {
  createTestFederation,
  type TestFederation,
  type TestNode,
  type TestSigner,
} from '../../fixtures/federation.ts';

const FEDERATION = { scope: 'federation', id: '' } as const;
const COORDINATOR = { scope: 'coordinator', id: '' } as const;

type World = {
  readonly federation: TestFederation;
  readonly membership: Membership;
  readonly nodes: readonly [TestNode, TestNode, TestNode];
  readonly log: (statement: SignedStatement) => number;
};

function world(): World {
  const federation = createTestFederation('suspension');
  const membership = createMembership(federation.genesisBytes);
  let position = 0;
  const log = (statement: SignedStatement): number => {
    membership.apply(statement, position);
    position += 1;
    return position - 1;
  };
  const nodes = [federation.createNode(0), federation.createNode(1), federation.createNode(2)] as const;
  for (const node of nodes) log(federation.nodeStatement(node));
  return { federation, membership, nodes, log };
}

function refuses(t: ExecutionContext, code: string, act: () => void): void {
  const error = t.throws(act, { instanceOf: ConcordatError });
  t.is(error?.code, code, error?.message);
}

function suspensionOf(id: number, target: SuspensionTarget, heads: readonly NodeHeads[] = []): Suspension {
  return { suspensionId: new Uint8Array(16).fill(id), target, reason: 'test', issuedAtMs: 1, heads };
}

function suspend(federation: TestFederation, value: Suspension, ...signers: TestSigner[]): SignedStatement {
  return federation.sign({ kind: 'suspension', value }, ...signers);
}

function lift(federation: TestFederation, id: number, ...signers: TestSigner[]): SignedStatement {
  return federation.sign(
    { kind: 'suspension_lift', value: { suspensionId: new Uint8Array(16).fill(id), issuedAtMs: 2 } },
    ...signers,
  );
}

function nodeTarget(node: TestNode): SuspensionTarget {
  return { kind: 'node', peerId: node.peerId };
}

const AGENCY_2: SuspensionTarget = { kind: 'agency', agencyId: asId<AgencyId>('agency-2') };

test('F-04 (signers) a single foreign officer suspends nobody', (t) => {
  const { federation, membership, nodes, log } = world();
  const value = suspensionOf(1, nodeTarget(nodes[2]));
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(suspend(federation, value, federation.officer(0))));
  refuses(t, 'MEMBERSHIP_APPROVALS', () =>
    membership.apply(suspend(federation, value, federation.officer(1)), 'pending'),
  );
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(suspend(federation, value, nodes[0].signer)));
  t.false(membership.isSuspended(nodes[2].peerId));
});

test('F-04 (signers) a node falls by the CA, by its own officer, or by officers of m agencies', (t) => {
  for (const choose of [
    (federation: TestFederation) => [federation.coordinator],
    (federation: TestFederation) => [federation.officer(2)],
    (federation: TestFederation) => [federation.officer(0), federation.officer(1)],
  ]) {
    const { federation, membership, nodes, log } = world();
    log(suspend(federation, suspensionOf(1, nodeTarget(nodes[2])), ...choose(federation)));
    t.true(membership.isSuspended(nodes[2].peerId));
    t.false(membership.isSuspended(nodes[1].peerId));
  }
});

test('F-04 (signers) an agency falls by officers of m agencies alone, with all of its nodes', (t) => {
  const { federation, membership, nodes, log } = world();
  const value = suspensionOf(1, AGENCY_2);
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(suspend(federation, value, federation.coordinator)));
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(suspend(federation, value, federation.officer(2))));
  log(suspend(federation, value, federation.officer(0), federation.officer(1)));
  t.true(membership.isSuspended(nodes[2].peerId));
  t.true(membership.isAgencySuspended(asId('agency-2')));
  const late = federation.createNode(2, 'node-2');
  refuses(t, 'MEMBERSHIP_SUSPENDED', () => log(federation.nodeStatement(late)));
});

test('a suspended agency approves nothing', (t) => {
  const { federation, nodes, log } = world();
  log(suspend(federation, suspensionOf(1, AGENCY_2), federation.officer(0), federation.officer(1)));
  const value = suspensionOf(2, nodeTarget(nodes[0]));
  refuses(t, 'MEMBERSHIP_APPROVALS', () =>
    log(suspend(federation, value, federation.officer(1), federation.officer(2))),
  );
});

test('a suspension counts before it is logged, and a place in the log tells who was suspended there', (t) => {
  const { federation, membership, nodes, log } = world();
  const statement = suspend(federation, suspensionOf(1, nodeTarget(nodes[2])), federation.officer(2));
  membership.apply(statement, 'pending');
  t.true(membership.isSuspended(nodes[2].peerId));
  t.false(membership.isSuspended(nodes[2].peerId, 1_000));
  const at = log(statement);
  t.true(membership.isSuspended(nodes[2].peerId, at));
  t.false(membership.isSuspended(nodes[2].peerId, at - 1));
  const lifted = log(lift(federation, 1, federation.officer(0), federation.officer(2)));
  t.true(membership.isSuspended(nodes[2].peerId, lifted - 1));
  t.false(membership.isSuspended(nodes[2].peerId, lifted));
  t.false(membership.isSuspended(nodes[2].peerId));
});

test('a suspended node announces nothing and gets no new keys', (t) => {
  const { federation, nodes, log } = world();
  log(suspend(federation, suspensionOf(1, nodeTarget(nodes[2])), federation.coordinator));
  const value = {
    purpose: 'member',
    epoch: 1,
    generation: 1,
    peerId: nodes[2].peerId,
    keyId: new Uint8Array(32),
    detail: new Uint8Array(0),
    issuedAtMs: 1,
  } as const;
  refuses(t, 'MEMBERSHIP_SUSPENDED', () => log(federation.sign({ kind: 'key_announcement', value }, nodes[2].signer)));
  const record = { ...nodes[2].record, tlsKeyHash: federation.random(32) };
  refuses(t, 'MEMBERSHIP_SUSPENDED', () =>
    log(federation.sign({ kind: 'node', value: record }, federation.officer(2))),
  );
});

test('a suspension by the CA is lifted by officers of m agencies and the CA together, by neither alone', (t) => {
  const { federation, membership, nodes, log } = world();
  log(suspend(federation, suspensionOf(1, nodeTarget(nodes[2])), federation.coordinator));
  const officers = [federation.officer(0), federation.officer(1)] as const;
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(lift(federation, 1, federation.coordinator)));
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(lift(federation, 1, ...officers)));
  t.true(membership.isSuspended(nodes[2].peerId));
  log(lift(federation, 1, ...officers, federation.coordinator));
  t.false(membership.isSuspended(nodes[2].peerId));
  refuses(t, 'MEMBERSHIP_DUPLICATE', () => log(lift(federation, 1, ...officers, federation.coordinator)));
});

test('the CA never lifts what officers signed', (t) => {
  const { federation, membership, nodes, log } = world();
  log(suspend(federation, suspensionOf(1, AGENCY_2), federation.officer(0), federation.officer(1)));
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(lift(federation, 1, federation.coordinator)));
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(lift(federation, 1, federation.coordinator, federation.officer(2))));
  t.true(membership.isSuspended(nodes[2].peerId));
  log(lift(federation, 1, federation.officer(0), federation.officer(1)));
  t.false(membership.isSuspended(nodes[2].peerId));
});

test('a suspension by an own officer is lifted with that very officer, or with any once he is one no more', (t) => {
  const { federation, membership, nodes, log } = world();
  const [signer, colleague] = [federation.officer(2, 0), federation.officer(2, 1)];
  log(suspend(federation, suspensionOf(1, nodeTarget(nodes[2])), signer));
  const others = [federation.officer(0), federation.officer(1)] as const;
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(lift(federation, 1, ...others)));
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(lift(federation, 1, ...others, colleague)));
  const present = membership.agency(asId('agency-2')) as Agency;
  const value = { ...present, officerKeys: [colleague.key.publicKey, createIdentityKey(federation.random).publicKey] };
  log(federation.sign({ kind: 'agency', value }, ...others));
  log(lift(federation, 1, ...others, colleague));
  t.false(membership.isSuspended(nodes[2].peerId));
});

test('the log’s signers of a suspension hold, whatever copy gossip brought', (t) => {
  const { federation, membership, nodes, log } = world();
  const value = suspensionOf(1, nodeTarget(nodes[2]));
  membership.apply(suspend(federation, value, federation.officer(2)), 'pending');
  log(suspend(federation, value, federation.officer(0), federation.officer(1)));
  log(lift(federation, 1, federation.officer(0), federation.officer(1)));
  t.false(membership.isSuspended(nodes[2].peerId));
});

test('one id names one suspension', (t) => {
  const { federation, nodes, log } = world();
  log(suspend(federation, suspensionOf(1, nodeTarget(nodes[2])), federation.coordinator));
  refuses(t, 'MEMBERSHIP_DUPLICATE', () =>
    log(suspend(federation, suspensionOf(1, nodeTarget(nodes[1])), federation.coordinator)),
  );
  refuses(t, 'MEMBERSHIP_UNKNOWN', () => log(lift(federation, 7, federation.officer(0), federation.officer(1))));
  const stranger = federation.createNode(0, 'node-9');
  refuses(t, 'MEMBERSHIP_UNKNOWN', () =>
    log(suspend(federation, suspensionOf(3, nodeTarget(stranger)), federation.coordinator)),
  );
});

test('F-04 (cut-off) a suspension names the last object per audience; elsewhere only what is held counts', (t) => {
  const { federation, membership, nodes, log } = world();
  const { peerId } = nodes[2];
  const last: AudienceHead = {
    audience: FEDERATION,
    incarnation: 0,
    sequence: 5,
    headerHash: new Uint8Array(32).fill(5),
  };
  t.is(membership.cutOff(peerId, FEDERATION), undefined);
  log(suspend(federation, suspensionOf(1, nodeTarget(nodes[2]), [{ peerId, heads: [last] }]), federation.officer(2)));
  const cutOff = membership.cutOff(peerId, FEDERATION);
  const at = (sequence: number, fill = sequence, incarnation = 0): boolean =>
    countsUnder(cutOff, { incarnation, sequence, headerHash: new Uint8Array(32).fill(fill) }, false);
  t.true(at(4));
  t.true(at(5));
  t.false(at(5, 6), 'another object in the last place');
  t.false(at(6));
  t.false(at(1, 1, 1), 'a later incarnation');
  const elsewhere = membership.cutOff(peerId, COORDINATOR);
  const object = { incarnation: 0, sequence: 1, headerHash: new Uint8Array(32) };
  t.true(countsUnder(elsewhere, object, true));
  t.false(countsUnder(elsewhere, object, false));
  t.is(membership.cutOff(nodes[1].peerId, FEDERATION), undefined);
});

test('a new incarnation follows the old by number, is announced by an own officer, and ends the old one', (t) => {
  const { federation, membership, nodes, log } = world();
  const { peerId } = nodes[0];
  const head: AudienceHead = {
    audience: FEDERATION,
    incarnation: 0,
    sequence: 9,
    headerHash: new Uint8Array(32).fill(9),
  };
  const incarnation = (number: number, ...signers: TestSigner[]): SignedStatement =>
    federation.sign({ kind: 'incarnation', value: { peerId, incarnation: number, heads: [head] } }, ...signers);
  refuses(t, 'MEMBERSHIP_APPROVALS', () => log(incarnation(1, federation.officer(1))));
  refuses(t, 'MEMBERSHIP_ORDER', () => log(incarnation(2, federation.officer(0))));
  t.is(membership.incarnation(peerId).incarnation, 0);
  log(incarnation(1, federation.officer(0)));
  t.deepEqual(membership.incarnation(peerId), { peerId, incarnation: 1, heads: [head] });
  const old = membership.cutOff(peerId, FEDERATION, 0);
  const headerHash = new Uint8Array(32).fill(9);
  t.true(countsUnder(old, { incarnation: 0, sequence: 9, headerHash }, false));
  t.false(countsUnder(old, { incarnation: 0, sequence: 10, headerHash }, true));
  t.is(membership.cutOff(peerId, FEDERATION, 1), undefined);
});

test('a refused statement changes nothing', (t) => {
  const { federation, membership, nodes, log } = world();
  const positions: readonly Position[] = [3, 'pending'];
  for (const position of positions) {
    t.throws(() =>
      membership.apply(suspend(federation, suspensionOf(1, nodeTarget(nodes[2])), federation.officer(0)), position),
    );
  }
  t.deepEqual(membership.suspensions(), []);
  log(suspend(federation, suspensionOf(1, nodeTarget(nodes[2])), federation.officer(2)));
  t.is(membership.suspensions().length, 1);
});
