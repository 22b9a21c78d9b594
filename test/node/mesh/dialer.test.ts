import test, { type ExecutionContext } from 'ava';
import { Dialer } from '../../../node/mesh/dialer.ts';
import { LIMITS } from '../../../config/settings/limits.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import { Counts, FakeDirectory, peerIdOf } from './mesh-harness.ts';

const ADDRESS = '/ip4/127.0.0.1/tcp/1';

/** Every round of the dialer reads the members once. */
class CountingDirectory extends FakeDirectory {
  rounds = 0;

  override members() {
    this.rounds += 1;
    return super.members();
  }

  async twoRounds(): Promise<void> {
    const before = this.rounds;
    await waitUntil('two rounds have passed', () => this.rounds >= before + 2);
  }
}

function dialer(t: ExecutionContext, names: readonly string[], connect: () => Promise<boolean>) {
  const directory = new CountingDirectory(names);
  for (const name of names) directory.setAddresses(peerIdOf(name), [ADDRESS]);
  const clock = { ms: Date.now() };
  const greeted = new Set<string>();
  const built = new Dialer(peerIdOf('self'), {
    clock: { nowMs: () => clock.ms },
    random: (length) => new Uint8Array(length).fill(255),
    directory,
    metrics: new Counts(),
    isGreeted: (peerId) => greeted.has(peerId),
    isBanned: (peerId) => peerId === peerIdOf('banned'),
    connect,
    lookUp: async () => [],
  });
  t.teardown(() => built.stop());
  return { dialer: built, clock, greeted, directory };
}

test('a member that does not answer is tried again after ever longer waits, and at once at a new address', async (t) => {
  let tries = 0;
  const {
    dialer: built,
    clock,
    directory,
  } = dialer(t, ['self', 'b'], async () => {
    tries += 1;
    return false;
  });
  built.start();
  clock.ms += 1_000;
  await waitUntil('the first try', () => tries === 1);
  await directory.twoRounds();
  clock.ms += LIMITS.dialRetryFirstMs - 1;
  await directory.twoRounds();
  t.is(tries, 1);
  clock.ms += 1;
  await waitUntil('the second try', () => tries === 2);
  await directory.twoRounds();
  clock.ms += LIMITS.dialRetryFirstMs;
  await directory.twoRounds();
  t.is(tries, 2);
  clock.ms += LIMITS.dialRetryFirstMs;
  await waitUntil('the third try', () => tries === 3);
  directory.setAddresses(peerIdOf('b'), ['/ip4/127.0.0.1/tcp/2']);
  clock.ms += 1_000;
  await waitUntil('the new address', () => tries === 4);
});

test('no more dials than the bound run at once, none to itself, a banned or a connected member', async (t) => {
  const names = Array.from({ length: 30 }, (_, index) => `m${index}`);
  let running = 0;
  const release = Promise.withResolvers<boolean>();
  const {
    dialer: built,
    clock,
    greeted,
    directory,
  } = dialer(t, ['self', 'banned', ...names], () => {
    running += 1;
    return release.promise;
  });
  for (const name of names.slice(0, 25)) greeted.add(peerIdOf(name));
  built.start();
  clock.ms += 1_000;
  await waitUntil('the others are dialled', () => running === 5);
  greeted.clear();
  clock.ms += 1_000;
  await waitUntil('the bound is reached', () => running === LIMITS.dialsAtOnce);
  clock.ms += 100_000;
  await directory.twoRounds();
  t.is(running, LIMITS.dialsAtOnce);
  release.resolve(true);
});
