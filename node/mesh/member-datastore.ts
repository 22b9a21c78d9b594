import { NotFoundError } from '@libp2p/interface';
import { peerIdFromString } from '@libp2p/peer-id';
import type { Libp2pOptions } from 'libp2p';

type Datastore = NonNullable<Libp2pOptions['datastore']>;
type Key = Parameters<Datastore['get']>[0];
type Pair = { key: Key; value: Uint8Array };

/** libp2p's peer store keeps a peer under this and its peer id as a CID. */
const PEERS = '/peers/';

/**
 * What libp2p remembers, in memory: the peer store's entries of admitted members and of this node, and nothing else.
 * Without it any member could make this node keep peers, records and providers without end by naming them in DHT
 * messages. What is not kept is dropped without an error, as an expired entry would be.
 * @param keeps whether entries of a peer id are kept
 */
export function memberDatastore(keeps: (peerId: string) => boolean): Datastore {
  const pairs = new Map<string, Pair>();
  const put = (key: Key, value: Uint8Array): Key => {
    if (isKept(key.toString(), keeps)) pairs.set(key.toString(), { key, value });
    return key;
  };
  const get = (key: Key): Uint8Array => {
    const pair = pairs.get(key.toString());
    if (pair === undefined) throw new NotFoundError();
    return pair.value;
  };
  const remove = (key: Key): void => void pairs.delete(key.toString());
  return {
    has: (key) => pairs.has(key.toString()),
    put,
    get,
    delete: remove,
    async *putMany(source) {
      for await (const { key, value } of source) yield put(key, value);
    },
    async *getMany(source) {
      for await (const key of source) yield { key, value: get(key) };
    },
    async *deleteMany(source) {
      for await (const key of source) {
        remove(key);
        yield key;
      }
    },
    batch() {
      const writes: (() => void)[] = [];
      return {
        put: (key, value) => void writes.push(() => put(key, value)),
        delete: (key) => void writes.push(() => remove(key)),
        commit: () => writes.splice(0).forEach((write) => write()),
      };
    },
    *query({ prefix = '', filters = [], limit = Infinity }) {
      const found = [...pairs.values()].filter(
        (pair) => pair.key.toString().startsWith(prefix) && filters.every((filter) => filter(pair)),
      );
      yield* found.slice(0, limit);
    },
    *queryKeys({ prefix = '', filters = [], limit = Infinity }) {
      const found = [...pairs.values()].filter(
        ({ key }) => key.toString().startsWith(prefix) && filters.every((filter) => filter(key)),
      );
      yield* found.slice(0, limit).map(({ key }) => key);
    },
  };
}

function isKept(key: string, keeps: (peerId: string) => boolean): boolean {
  if (!key.startsWith(PEERS)) return false;
  try {
    return keeps(peerIdFromString(key.slice(PEERS.length)).toString());
  } catch {
    return false; // not a peer id: nothing of ours
  }
}
