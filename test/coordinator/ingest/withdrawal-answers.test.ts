import test from 'ava';
import { toHex } from '../../../crypto/bytes.ts';
import { auditTail } from '../../../coordinator/operator/audit-tail.ts';
import { encodeWithdrawalAnswer } from '../../../proto/codec/payload.ts';
import { memberClients } from '../../fixtures/coordinator-client.ts';
import { startTestCoordinator } from '../../fixtures/coordinator.ts';
import { COORDINATOR, TestAuthor } from '../../fixtures/envelopes.ts';
import { TestPublisher } from '../../fixtures/publisher.ts';

test('F-17 (coordinator, answers) a holder’s signed word that an indicator is erased is kept, and its later objects follow', async (t) => {
  const world = await startTestCoordinator({ seed: t.title, agencies: 3 });
  t.teardown(() => world.stop());
  const node = await world.addMember(0);
  await world.setPolicy({});
  const clients = memberClients(world, node);
  t.teardown(() => clients.close());
  const author = new TestAuthor(node, { ...world, nowMs: () => world.clock.nowMs() });
  const publisher = new TestPublisher(clients.exchange);
  const withdrawalId = world.random(16);
  const answer = encodeWithdrawalAnswer({
    withdrawalId,
    headerHash: world.random(32),
    result: 'erased',
    ground: '',
    backupsGoneAtMs: 0,
  });
  const next = (): ReturnType<TestAuthor['next']> =>
    author.next('withdrawal_answer', answer, { audience: COORDINATOR });
  t.deepEqual(await publisher.publish(next()), ['ok']);
  t.deepEqual(await publisher.publish(next()), ['ok']);
  const entries = await auditTail(world.coordinator.core.store, 100);
  const objects = entries.filter(({ action }) => action === 'withdrawal.answered').map(({ object }) => object);
  t.deepEqual(objects, [`indicator:${toHex(withdrawalId)}`, `indicator:${toHex(withdrawalId)}`]);
});
