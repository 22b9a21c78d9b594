import test, { type ExecutionContext } from 'ava';
import type { CoordinatorStore, StoreCommit, StoreUnit } from '../../coordinator/store/coordinator-store.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import type { AuditEntry } from '../../proto/domain/audit.ts';
import { ConcordatError } from '../../proto/domain/errors.ts';

/** A place where a store can be opened, closed and opened again. */
export type StorePlace = { open(): Promise<CoordinatorStore>; remove(): Promise<void> };

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function put(key: string, value: string, conditions: StoreUnit['conditions'] = []): StoreUnit {
  return { writes: [{ space: 'token', key, value: bytes(value) }], conditions, audit: [] };
}

function audit(action: string): AuditEntry {
  return {
    atMs: 1,
    actor: 'test',
    action,
    object: 'test:1',
    outcome: 'done',
    code: null,
    inputHash: null,
    outputHash: null,
    versions: {},
  };
}

async function keysOf(store: CoordinatorStore, range = {}): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list('token', range)) keys.push(key);
  return keys;
}

async function commitsFrom(store: CoordinatorStore, sequence: number): Promise<StoreCommit[]> {
  const commits: StoreCommit[] = [];
  for await (const commit of store.commits(sequence)) commits.push(commit);
  return commits;
}

/** What every engine of the coordinator's store has to do, run once for each. */
export function coordinatorStoreSuite(engine: string, createPlace: () => Promise<StorePlace>): void {
  const withStore = (
    title: string,
    check: (t: ExecutionContext, store: CoordinatorStore, reopen: () => Promise<CoordinatorStore>) => Promise<void>,
  ): void => {
    test(`${engine}: ${title}`, async (t) => {
      const place = await createPlace();
      let store = await place.open();
      t.teardown(async () => {
        await store.close();
        await place.remove();
      });
      await check(t, store, async () => {
        await store.close();
        store = await place.open();
        return store;
      });
    });
  };

  const refuses = async (t: ExecutionContext, code: string, act: Promise<unknown>): Promise<void> => {
    const error = await t.throwsAsync(act, { instanceOf: ConcordatError });
    t.is(error?.code, code);
  };

  withStore('what was acknowledged is there after opening again', async (t, store, reopen) => {
    await store.commit(put('a', 'one'));
    await store.commit({ ...put('b', 'two'), audit: [audit('write')] });
    await store.commit({ writes: [{ space: 'token', key: 'a', value: null }], audit: [] });
    const head = store.head();
    const again = await reopen();
    t.is(await again.get('token', 'a'), undefined);
    t.deepEqual(await again.get('token', 'b'), bytes('two'));
    t.deepEqual(again.head(), head);
    t.deepEqual(await again.verify(), []);
  });

  withStore('a unit is written whole or not at all', async (t, store) => {
    await store.commit(put('a', 'one'));
    const unit: StoreUnit = {
      writes: [
        { space: 'token', key: 'b', value: bytes('two') },
        { space: 'certificate', key: 'c', value: bytes('three') },
      ],
      conditions: [{ space: 'token', key: 'a', is: bytes('other') }],
      audit: [audit('refused')],
    };
    await refuses(t, 'STORE_CONFLICT', store.commit(unit));
    t.is(await store.get('token', 'b'), undefined);
    t.is(store.head().sequence, 1);
    await store.commit({ ...unit, conditions: [{ space: 'token', key: 'a', is: bytes('one') }] });
    t.deepEqual(await store.get('certificate', 'c'), bytes('three'));
  });

  withStore('of fifty compare-and-sets at once exactly one succeeds', async (t, store) => {
    await store.commit(put('token', 'open'));
    const attempts = Array.from({ length: 50 }, (_, index) =>
      store
        .commit(put('token', `burnt by ${index}`, [{ space: 'token', key: 'token', is: bytes('open') }]))
        .then(() => 1)
        .catch((error: unknown) => {
          t.is((error as ConcordatError).code, 'STORE_CONFLICT');
          return 0;
        }),
    );
    const won: number[] = await Promise.all(attempts);
    t.is(
      won.reduce((sum, one) => sum + one),
      1,
    );
  });

  withStore('a condition can ask for absence', async (t, store) => {
    const create = put('a', 'one', [{ space: 'token', key: 'a', is: null }]);
    await Promise.allSettled([store.commit(create), store.commit(create)]);
    t.is(store.head().sequence, 1);
    await refuses(t, 'STORE_CONFLICT', store.commit(create));
  });

  withStore('keys come in order, by prefix, from a key, backwards and no more than asked', async (t, store) => {
    for (const key of ['b/2', 'a/1', 'b/1', 'c', 'b/3']) await store.commit(put(key, key));
    await store.commit({ writes: [{ space: 'control', key: 'b/9', value: bytes('x') }], audit: [] });
    t.deepEqual(await keysOf(store), ['a/1', 'b/1', 'b/2', 'b/3', 'c']);
    t.deepEqual(await keysOf(store, { prefix: 'b/' }), ['b/1', 'b/2', 'b/3']);
    t.deepEqual(await keysOf(store, { prefix: 'b/', from: 'b/2' }), ['b/2', 'b/3']);
    t.deepEqual(await keysOf(store, { prefix: 'b/', reverse: true, limit: 1 }), ['b/3']);
    t.deepEqual(await keysOf(store, { from: 'b/3' }), ['b/3', 'c']);
    t.deepEqual(await keysOf(store, { prefix: 'd' }), []);
  });

  withStore('commits are numbered without gaps and chained, with their audit entries', async (t, store, reopen) => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => store.commit(put(`k${index}`, 'v'))));
    await store.commit({ writes: [], audit: [audit('only audit')] });
    const again = await reopen();
    const commits = await commitsFrom(again, 1);
    t.deepEqual(
      commits.map(({ sequence }) => sequence),
      Array.from({ length: 21 }, (_, index) => index + 1),
    );
    t.deepEqual(
      commits.at(-1)?.audit.map(({ action }) => action),
      ['only audit'],
    );
    t.is((await commitsFrom(again, 21)).length, 1);
    t.deepEqual(await again.verify(), []);
  });

  withStore('keys, values and units over their bounds are refused before anything is written', async (t, store) => {
    const long = 'k'.repeat(LIMITS.ledgerKeyBytes + 1);
    await refuses(t, 'STORE_KEY', store.commit(put(long, 'v')));
    await refuses(t, 'STORE_KEY', store.commit(put('', 'v')));
    await refuses(t, 'STORE_KEY', store.commit(put('\ud800', 'v')));
    const large = new Uint8Array(LIMITS.ledgerValueBytes + 1);
    await refuses(t, 'STORE_KEY', store.commit({ writes: [{ space: 'token', key: 'a', value: large }], audit: [] }));
    const many = Array.from({ length: LIMITS.ledgerUnitWrites + 1 }, (_, index) => ({
      space: 'token' as const,
      key: `${index}`,
      value: bytes(''),
    }));
    await refuses(t, 'STORE_KEY', store.commit({ writes: many, audit: [] }));
    t.is(store.head().sequence, 0);
  });

  withStore('more units than the queue holds are refused as busy, the others written', async (t, store) => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: LIMITS.ledgerQueueUnits + 5 }, () => store.commit({ writes: [], audit: [] })),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    t.is(refused.length, 5);
    t.true(refused.every(({ reason }) => (reason as ConcordatError).code === 'STORE_BUSY'));
    t.is(store.head().sequence, LIMITS.ledgerQueueUnits);
  });

  withStore('a closed store finishes what it took and takes no more', async (t, store, reopen) => {
    const pending = store.commit(put('a', 'one'));
    const again = await reopen();
    await pending;
    t.deepEqual(await again.get('token', 'a'), bytes('one'));
    await refuses(t, 'STORE_CLOSED', store.commit(put('b', 'two')));
    await refuses(t, 'STORE_CLOSED', store.get('token', 'a'));
  });
}
