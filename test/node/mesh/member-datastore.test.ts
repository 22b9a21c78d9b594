import { peerIdFromString } from '@libp2p/peer-id';
import test from 'ava';
import { memberDatastore } from '../../../node/mesh/member-datastore.ts';
import { peerIdOf } from './mesh-harness.ts';

type Key = Parameters<ReturnType<typeof memberDatastore>['get']>[0];

/** The store looks only at a key's text. */
const keyOf = (text: string): Key => ({ toString: () => text }) as Key;
const peerKey = (name: string): Key => keyOf(`/peers/${peerIdFromString(peerIdOf(name)).toCID().toString()}`);
const VALUE = Uint8Array.of(1);

async function textsOf(keys: Iterable<Key> | AsyncIterable<Key>): Promise<string[]> {
  const texts: string[] = [];
  for await (const key of keys) texts.push(key.toString());
  return texts;
}

test('entries of members are kept; of anyone or anything else nothing is', async (t) => {
  const store = memberDatastore((peerId) => peerId === peerIdOf('member'));
  const strangers = [peerKey('stranger'), keyOf('/dht/record/x'), keyOf('/dht/provider/x/y'), keyOf('/peers/nonsense')];
  for (const key of [peerKey('member'), ...strangers]) await store.put(key, VALUE);
  t.deepEqual(await textsOf(store.queryKeys({})), [peerKey('member').toString()]);
  t.deepEqual(await store.get(peerKey('member')), VALUE);
  for (const key of strangers) {
    t.false(await store.has(key));
    await t.throwsAsync(async () => store.get(key), { name: 'NotFoundError' });
  }
});

test('batches, deletes and filtered queries do what libp2p expects of a store', async (t) => {
  const store = memberDatastore(() => true);
  const batch = store.batch();
  for (const name of ['a', 'b', 'c']) batch.put(peerKey(name), VALUE);
  batch.delete(peerKey('b'));
  t.deepEqual(await textsOf(store.queryKeys({})), []);
  await batch.commit();
  t.is((await textsOf(store.queryKeys({ prefix: '/peers/' }))).length, 2);
  t.is((await textsOf(store.queryKeys({ limit: 1 }))).length, 1);
  t.is((await textsOf(store.queryKeys({ filters: [(key) => key.toString() === peerKey('a').toString()] }))).length, 1);
  await store.delete(peerKey('a'));
  t.false(await store.has(peerKey('a')));
});
