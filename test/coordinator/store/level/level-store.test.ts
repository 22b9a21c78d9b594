import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { SILENT_LOG } from '../../../../config/runtime/log.ts';
import type { CoordinatorStore } from '../../../../coordinator/store/coordinator-store.ts';
import { openDatabase } from '../../../../coordinator/store/level/database.ts';
import { commitKey, recordKey } from '../../../../coordinator/store/level/keys.ts';
import { type LevelStoreOptions, openLevelStore } from '../../../../coordinator/store/level/level-store.ts';
import { ConcordatError } from '../../../../proto/domain/errors.ts';
import { coordinatorStoreSuite } from '../../../conformance/coordinator-store.ts';
import { seededRandom } from '../../../tools/random-sources.ts';

function optionsFor(directory: string): LevelStoreOptions {
  const random = seededRandom('store');
  return { directory, clock: { nowMs: () => 1 }, random, log: SILENT_LOG, reserveBytes: 0 };
}

async function temporary(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'concordat-store-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

coordinatorStoreSuite('level', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'concordat-store-'));
  return {
    open: () => openLevelStore(optionsFor(directory)),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
});

async function fill(store: CoordinatorStore, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await store.commit({
      writes: [{ space: 'envelope', key: `key-${index}`, value: new Uint8Array(64).fill(index) }],
      audit: [],
    });
  }
}

async function refuses(t: ExecutionContext, code: string, act: Promise<unknown>): Promise<ConcordatError | undefined> {
  const error = await t.throwsAsync(act, { instanceOf: ConcordatError });
  t.is(error?.code, code, error?.message);
  return error;
}

/** Opens the engine underneath the store. */
async function tamper(
  directory: string,
  change: (database: Awaited<ReturnType<typeof openDatabase>>) => Promise<void>,
): Promise<void> {
  const database = await openDatabase(join(directory, 'data'));
  await change(database);
  await database.close();
}

test('a second opening is refused as locked', async (t) => {
  const directory = await temporary(t);
  const store = await openLevelStore(optionsFor(directory));
  await refuses(t, 'STORE_LOCKED', openLevelStore(optionsFor(directory)));
  await store.close();
});

test('a byte flipped in the engine’s log does not pass unseen, wherever it is', async (t) => {
  const directory = await temporary(t);
  const store = await openLevelStore(optionsFor(directory));
  await fill(store, 40);
  const data = join(directory, 'data');
  const [log = ''] = (await readdir(data)).filter((name) => name.endsWith('.log'));
  // As a crash leaves it: the engine compacts its log away when it is closed in order and opened again.
  const bytes = await readFile(join(data, log));
  await store.close();
  const seed = `flip-${Date.now() % 1000}`;
  t.log(`seed ${seed}`);
  const random = seededRandom(seed);
  for (let round = 0; round < 20; round += 1) {
    const place = Buffer.from(random(4)).readUInt32BE() % bytes.length;
    const flipped = Buffer.from(bytes);
    flipped[place] = (flipped[place] ?? 0) ^ 0xff;
    const whole = await restored(t, directory, log, flipped);
    const outcome = await openLevelStore(optionsFor(whole)).then(
      async (reopened) => {
        const faults = await reopened.verify();
        const { sequence } = reopened.head();
        await reopened.close();
        return { faults: faults.length, sequence };
      },
      (error: unknown) => (error as ConcordatError).code,
    );
    t.true(
      outcome === 'STORE_CORRUPT' ||
        outcome === 'STORE_OPEN' ||
        (typeof outcome === 'object' && (outcome.faults > 0 || outcome.sequence === 40)),
      `offset ${place}: ${JSON.stringify(outcome)}`,
    );
  }
});

/** A copy of the store with another log of the engine. */
async function restored(t: ExecutionContext, directory: string, log: string, bytes: Buffer): Promise<string> {
  const copy = await temporary(t);
  await cp(directory, copy, { recursive: true });
  await writeFile(join(copy, 'data', log), bytes);
  return copy;
}

test('a commit taken out of the middle, changed, or cut off at the end stops the opening', async (t) => {
  const cases: readonly [string, (database: Awaited<ReturnType<typeof openDatabase>>) => Promise<void>][] = [
    ['middle', (database) => database.del(commitKey(3))],
    ['end', (database) => database.del(commitKey(10))],
    [
      'changed',
      async (database) => {
        const stored = Buffer.from((await database.get(commitKey(4))) ?? []);
        stored[40] = (stored[40] ?? 0) ^ 1;
        await database.put(commitKey(4), stored);
      },
    ],
  ];
  for (const [name, change] of cases) {
    const directory = await temporary(t);
    const store = await openLevelStore(optionsFor(directory));
    await fill(store, 10);
    await store.close();
    await tamper(directory, change);
    const error = await refuses(t, 'STORE_CORRUPT', openLevelStore(optionsFor(directory)));
    t.truthy(error?.detail['sequence'], name);
  }
});

test('verify names a value that was changed, lost, brought back or slipped in', async (t) => {
  const key = (index: number): Buffer => recordKey('envelope', `key-${index}`);
  const cases: readonly [string, (database: Awaited<ReturnType<typeof openDatabase>>) => Promise<void>][] = [
    [
      'does not have its hash',
      async (database) => {
        const stored = Buffer.from((await database.get(key(2))) ?? []);
        stored[stored.length - 1] = 0xee;
        await database.put(key(2), stored);
      },
    ],
    ['is missing', (database) => database.del(key(2))],
    ['no commit wrote', (database) => database.put(key(99), Buffer.alloc(64))],
    ['is back', async (database) => database.put(key(0), (await database.get(key(1))) ?? Buffer.alloc(0))],
  ];
  for (const [problem, change] of cases) {
    const directory = await temporary(t);
    const store = await openLevelStore(optionsFor(directory));
    await fill(store, 5);
    await store.commit({ writes: [{ space: 'envelope', key: 'key-0', value: null }], audit: [] });
    t.deepEqual(await store.verify(), []);
    await store.close();
    await tamper(directory, change);
    const reopened = await openLevelStore(optionsFor(directory));
    const faults = await reopened.verify();
    await reopened.close();
    t.is(faults.length, 1);
    t.true(faults[0]?.problem.includes(problem), JSON.stringify(faults));
  }
});

test('a group that was written but not acknowledged stands after a restart', async (t) => {
  const directory = await temporary(t);
  const store = await openLevelStore(optionsFor(directory));
  await fill(store, 3);
  const head = await readFile(join(directory, 'head'));
  await fill(store, 4);
  await store.close();
  await writeFile(join(directory, 'head'), head);
  const reopened = await openLevelStore(optionsFor(directory));
  t.is(reopened.head().sequence, 7);
  await reopened.close();
});

test('a torn head file falls back on its other half, a ruined one stops the opening', async (t) => {
  const directory = await temporary(t);
  const store = await openLevelStore(optionsFor(directory));
  await fill(store, 4);
  await store.close();
  const head = await readFile(join(directory, 'head'));
  head[10] = (head[10] ?? 0) ^ 1;
  await writeFile(join(directory, 'head'), head);
  const reopened = await openLevelStore(optionsFor(directory));
  t.is(reopened.head().sequence, 4);
  await reopened.close();
  await writeFile(join(directory, 'head'), Buffer.alloc(144, 7));
  await refuses(t, 'STORE_CORRUPT', openLevelStore(optionsFor(directory)));
});

test('below the mark of free space the store is read-only, and takes writes again when there is space', async (t) => {
  const directory = await temporary(t);
  let free = 1_000_000;
  const options = { ...optionsFor(directory), reserveBytes: 1_000, freeBytes: () => Promise.resolve(free) };
  const store = await openLevelStore(options);
  t.true((await readdir(directory)).includes('reserve'));
  await fill(store, 1);
  free = 10;
  await fill(store, 1).catch(() => undefined);
  t.false(store.writable());
  await refuses(t, 'STORE_READ_ONLY', store.commit({ writes: [], audit: [] }));
  t.truthy(await store.get('envelope', 'key-0'));
  free = 1_000_000;
  await store.commit({ writes: [], audit: [] });
  t.true(store.writable());
  await store.close();
});

test('a store of a newer format is refused', async (t) => {
  const directory = await temporary(t);
  await (await openLevelStore(optionsFor(directory))).close();
  await writeFile(join(directory, 'format'), '2\n');
  await refuses(t, 'STORE_FORMAT', openLevelStore(optionsFor(directory)));
});

test('after a failed sync nothing more is acknowledged until the store is opened anew', async (t) => {
  const directory = await temporary(t);
  let failing = false;
  const store = await openLevelStore({
    ...optionsFor(directory),
    wrapHead: (head) => ({
      read: () => head.read(),
      write: (next) => (failing ? Promise.reject(new Error('EIO')) : head.write(next)),
      close: () => head.close(),
    }),
  });
  await fill(store, 2);
  failing = true;
  await refuses(t, 'STORE_WRITE_FAILED', fill(store, 1));
  failing = false;
  t.false(store.writable());
  await refuses(t, 'STORE_READ_ONLY', fill(store, 1));
  await store.close();
  const reopened = await openLevelStore(optionsFor(directory));
  t.true(reopened.writable());
  await fill(reopened, 1);
  t.deepEqual(await reopened.verify(), []);
  await reopened.close();
});
