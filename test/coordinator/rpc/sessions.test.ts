import { EventEmitter, once } from 'node:events';
import test from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { Inbox } from '../../../coordinator/rpc/inbox.ts';
import { Sessions } from '../../../coordinator/rpc/sessions.ts';
import { TokenBuckets } from '../../../coordinator/rpc/token-bucket.ts';
import type { ConcordatError } from '../../../proto/domain/errors.ts';
import { asId, type PeerIdText } from '../../../proto/domain/ids.ts';
import { testClock } from '../../fixtures/coordinator.ts';

const PEER = asId<PeerIdText>('peer');

test('a stream ends with its certificate, a single call does not', async (t) => {
  const sessions = new Sessions(() => undefined);
  const stream = sessions.open(PEER, { remote: 'a:1', isStream: true, leftMs: 5 });
  const call = sessions.open(PEER, { remote: 'a:1', isStream: false, leftMs: 5 });
  await once(stream.signal, 'abort');
  t.is((stream.signal.reason as ConcordatError).code, 'CALL_CERTIFICATE');
  t.false(call.signal.aborted);
});

test('cutting a member ends its calls and its connections, each once, and nobody else’s', (t) => {
  const cut: string[] = [];
  const sessions = new Sessions((remote) => cut.push(remote));
  const own = ['a:1', 'a:1', 'b:2'].map((remote) => sessions.open(PEER, { remote, isStream: true, leftMs: 1e6 }));
  const other = sessions.open(asId<PeerIdText>('other'), { remote: 'c:3', isStream: true, leftMs: 1e6 });
  sessions.cut(PEER);
  t.true(own.every(({ signal }) => (signal.reason as ConcordatError).code === 'CALL_SUSPENDED'));
  t.deepEqual(cut.sort(), ['a:1', 'b:2']);
  t.false(other.signal.aborted);
  for (const { close } of [...own, other]) close();
  t.is(sessions.streams, 0);
});

test('a member opens streams up to the limit, and another one when one has closed', (t) => {
  const sessions = new Sessions(() => undefined);
  const open = () => sessions.open(PEER, { remote: 'a:1', isStream: true, leftMs: 1e6 });
  const opened = Array.from({ length: LIMITS.memberStreams }, open);
  t.throws(open, { code: 'CALL_RATE' });
  opened[0]?.close();
  t.notThrows(open);
});

test('a bucket gives its burst at once and then its rate, to each holder apart', (t) => {
  const clock = testClock(0);
  const buckets = new TokenBuckets(clock, { perSecond: 2, burst: 3 });
  const take = (count: number, holder = 'a'): boolean[] => Array.from({ length: count }, () => buckets.take(holder));
  t.deepEqual(take(4), [true, true, true, false]);
  t.deepEqual(take(1, 'b'), [true]);
  clock.advance(500);
  t.deepEqual(take(2), [true, false]);
  clock.advance(3_600_000);
  t.deepEqual(take(4), [true, true, true, false], 'never more than the burst');
});

/** A stream in as far as an inbox sees it. */
class FakeStream extends EventEmitter {
  paused = false;
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
}

test('an inbox holds the sender back beyond its messages or bytes, and lets go when it is emptied', async (t) => {
  const stream = new FakeStream();
  const bounds = { messages: 3, bytes: 100 };
  const { signal } = new AbortController();
  const inbox = new Inbox<number>(stream, { bounds, signal, sizeOf: (size) => size });
  for (const size of [1, 1]) stream.emit('data', size);
  t.false(stream.paused);
  stream.emit('data', 1);
  t.true(stream.paused);
  t.deepEqual(await inbox.next(2), [1, 1]);
  t.false(stream.paused);
  stream.emit('data', 200);
  t.true(stream.paused);
  t.deepEqual(await inbox.next(10), [1, 200]);
  t.false(stream.paused);
  stream.emit('end');
  t.is(await inbox.next(1), undefined);
});

test('an inbox whose call is cut hands on what it has and ends', async (t) => {
  const stream = new FakeStream();
  const controller = new AbortController();
  const bounds = { messages: 10, bytes: 100 };
  const inbox = new Inbox<number>(stream, { bounds, signal: controller.signal, sizeOf: () => 1 });
  const waiting = inbox.next(1);
  controller.abort();
  t.is(await waiting, undefined);
});
