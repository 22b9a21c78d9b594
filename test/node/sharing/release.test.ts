import test from 'ava';
import { createMembership } from '../../../config/policy/membership.ts';
import { judge, otherAgencies, releaseOf } from '../../../node/sharing/release.ts';
import { asId, type AgencyId } from '../../../proto/domain/ids.ts';
import { EXCHANGE_KINDS, type ExchangeKind, type GatewayRule, type Policy } from '../../../proto/domain/policy.ts';
import { createTestFederation, TEST_POLICY } from '../../fixtures/federation.ts';

const [A, B, C] = ['a', 'b', 'c'].map((id) => asId<AgencyId>(id)) as [AgencyId, AgencyId, AgencyId];

function gateway(
  name: string,
  kinds: readonly ExchangeKind[],
  agencies: readonly AgencyId[] = [],
  releaseByRule = false,
): GatewayRule {
  return { gateway: name, kinds, agencies, releaseByRule };
}

function policyOf(...gateways: readonly GatewayRule[]): Policy {
  return { ...TEST_POLICY, gateways };
}

/** `gateway`, `gateway by rule`, or the code of the refusal. */
function answerTo(
  policy: Policy | undefined,
  kind: ExchangeKind,
  from: AgencyId,
  to: readonly AgencyId[],
  more: { readonly gateway?: string; readonly off?: 'too_few_groups' } = {},
): string {
  const named = more.gateway === undefined ? {} : { gateway: more.gateway };
  const answer = judge({ kind, from, to, policy, flagsOff: more.off, ...named });
  if (!answer.allowed) return answer.code;
  return answer.byRule ? `${answer.gateway} by rule` : answer.gateway;
}

test('without policy, or without a gateway that names it, every kind is off', (t) => {
  for (const kind of EXCHANGE_KINDS) {
    t.is(answerTo(undefined, kind, A, []), 'SHARING_NO_POLICY');
    t.is(answerTo(policyOf(), kind, A, []), 'SHARING_GATEWAY');
    const others = EXCHANGE_KINDS.filter((other) => other !== kind);
    t.is(answerTo(policyOf(gateway('some', others)), kind, A, []), 'SHARING_GATEWAY');
    t.is(answerTo(policyOf(gateway('some', [kind])), kind, A, [B, C]), 'some');
  }
});

test('one gateway covers the kind, the sender and everybody who could read it, or nothing goes', (t) => {
  const policy = policyOf(
    gateway('two', ['summary', 'hint', 'match'], [A, B], true),
    gateway('three', ['hint'], [A, B, C]),
    gateway('mixed', ['flag'], [A]),
    gateway('mixed', ['summary']),
  );
  const table: readonly (readonly [ExchangeKind, AgencyId, readonly AgencyId[], string])[] = [
    ['hint', A, [B], 'two by rule'],
    ['hint', A, [C], 'three'],
    ['hint', C, [A], 'three'],
    ['hint', A, [B, C], 'three'],
    ['match', A, [B], 'two by rule'],
    ['match', A, [C], 'SHARING_GATEWAY'],
    ['match', C, [A], 'SHARING_GATEWAY'],
    ['summary', A, [B], 'two by rule'],
    ['summary', A, [B, C], 'mixed'],
    ['summary', C, [A, B], 'mixed'],
    ['flag', A, [], 'mixed'],
    ['flag', A, [B], 'SHARING_GATEWAY'],
    ['flag', B, [], 'SHARING_GATEWAY'],
    ['withdrawal', A, [B], 'SHARING_GATEWAY'],
  ];
  for (const [kind, from, to, expected] of table)
    t.is(answerTo(policy, kind, from, to), expected, `${kind} ${from} > ${to.join(',')}`);
});

test('an object goes under the gateway that it names and under no other', (t) => {
  const policy = policyOf(gateway('one', ['hint'], [A, B]), gateway('other', ['summary']));
  t.is(answerTo(policy, 'hint', A, [B], { gateway: 'one' }), 'one');
  t.is(answerTo(policy, 'hint', A, [B], { gateway: 'other' }), 'SHARING_GATEWAY');
  t.is(answerTo(policy, 'hint', A, [B], { gateway: '' }), 'SHARING_GATEWAY');
  t.is(answerTo(policy, 'summary', A, [B], { gateway: 'other' }), 'other');
});

test('a rule releases where the gateway says so for this sender', (t) => {
  const policy = policyOf(gateway('some', ['flag'], [A], true), gateway('some', ['flag'], [B], false));
  t.is(answerTo(policy, 'flag', A, []), 'some by rule');
  t.is(answerTo(policy, 'flag', B, []), 'some');
});

test('below a floor flags are off, and nothing else is', (t) => {
  const policy = policyOf(gateway('some', EXCHANGE_KINDS));
  for (const kind of EXCHANGE_KINDS)
    t.is(answerTo(policy, kind, A, [B], { off: 'too_few_groups' }), kind === 'flag' ? 'SHARING_OFF' : 'some');
});

test('floors follow from policy and from the groups whose nodes are not suspended', (t) => {
  const federation = createTestFederation(t.title, { agencies: 3 });
  const membership = createMembership(federation.genesisBytes);
  let position = 0;
  const log = (statement: Parameters<typeof membership.apply>[0]): void => {
    membership.apply(statement, position);
    position += 1;
  };
  const nodes = [0, 1, 2].map((agency) => federation.createNode(agency));
  const officers = [federation.officer(0), federation.officer(1)] as const;
  const reason = (): string => {
    const from = asId<AgencyId>('agency-0');
    const answer = releaseOf(membership, { kind: 'flag', from, to: otherAgencies(membership, from) });
    return answer.allowed ? 'on' : answer.reason;
  };
  t.is(reason(), 'no_policy');
  log(federation.sign({ kind: 'policy', value: TEST_POLICY }, ...officers));
  t.is(reason(), 'too_few_groups');
  for (const node of nodes) log(federation.nodeStatement(node));
  t.is(reason(), 'on');
  const next = (change: Partial<Policy['flags']>, keyHolderAgency = TEST_POLICY.keyHolderAgency): void => {
    const version = (membership.policy()?.version ?? 0) + 1;
    const flags = { ...TEST_POLICY.flags, ...change };
    const value = { ...TEST_POLICY, version, previousHash: membership.policyHash(), flags, keyHolderAgency };
    log(federation.sign({ kind: 'policy', value }, ...officers));
  };
  next({ threshold: 1 });
  t.is(reason(), 'threshold_below_floor');
  next({}, asId(''));
  t.is(reason(), 'no_key_holder');
  next({ threshold: 3 });
  t.is(reason(), 'too_few_groups');
  next({});
  t.is(reason(), 'on');
  const peerId = nodes[2]?.peerId ?? asId('');
  const suspension = { suspensionId: new Uint8Array(16), target: { kind: 'node', peerId }, reason: '' } as const;
  log(
    federation.sign({ kind: 'suspension', value: { ...suspension, issuedAtMs: 1, heads: [] } }, federation.officer(2)),
  );
  t.is(reason(), 'too_few_groups');
});
