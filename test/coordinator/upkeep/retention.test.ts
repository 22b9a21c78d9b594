import test from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { eraseExpired } from '../../../coordinator/upkeep/retention.ts';
import { startTestCoordinator } from '../../fixtures/coordinator.ts';

test('certificates are forgotten when they lapsed too long ago to be renewed', async (t) => {
  const world = await startTestCoordinator();
  t.teardown(() => world.stop());
  await world.addMember(0);
  const { core } = world.coordinator;
  const kept = async (): Promise<number> => {
    let count = 0;
    for await (const _ of core.store.list('certificate')) count += 1;
    return count;
  };
  world.clock.advance(604_800_000 + LIMITS.renewalGraceMs);
  t.is(await eraseExpired({ ...core, clock: world.clock }), 0);
  t.is(await kept(), 1);
  world.clock.advance(1);
  t.is(await eraseExpired({ ...core, clock: world.clock }), 1);
  t.is(await kept(), 0);
  t.deepEqual(await core.store.verify(), []);
});
