import test, { type ExecutionContext } from 'ava';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import type { SignedEnvelope } from '../../../proto/domain/envelope.ts';
import { decodeHeader } from '../../../proto/codec/envelope.ts';
import { EnvelopeStore, keepEnvelope } from '../../../node/sharing/envelope-store.ts';
import { Outbox, outboxRows, type ReachableSink, type SinkName } from '../../../node/sharing/outbox.ts';
import { headerHash } from '../../../crypto/envelope.ts';
import { REFUSED_OBJECTS } from '../../../node/sharing/refused-objects.ts';
import type { Ledger } from '../../../node/ledger/ledger.ts';
import { openMemoryLedger } from '../../fakes/memory-ledger.ts';
import { TestAuthor } from '../../fixtures/envelopes.ts';
import { createTestFederation } from '../../fixtures/federation.ts';
import { SUMMARY_BYTES } from './sim/samples.ts';
import { SimClock } from './sim/sim-clock.ts';
import { SimLog } from './sim/sim-log.ts';
import { SIM_SYSTEM } from './sim/sim-node.ts';

type Scene = {
  readonly outbox: Outbox;
  readonly clock: SimClock;
  readonly reachable: Map<SinkName, ReachableSink>;
  readonly put: (...sinks: readonly SinkName[]) => Promise<number>;
  readonly waiting: () => Promise<readonly string[]>;
  /** Sink and code of every final refusal that is kept. */
  readonly refused: () => Promise<readonly string[]>;
  readonly audited: () => Promise<readonly (string | null)[]>;
  readonly reads: string[];
};

function scene(t: ExecutionContext): Scene {
  const federation = createTestFederation(t.title);
  const clock = new SimClock(1_000_000);
  const ledger = openMemoryLedger();
  const author = new TestAuthor(federation.createNode(0), { ...federation, nowMs: () => clock.nowMs() });
  const reachable = new Map<SinkName, ReachableSink>();
  const reads: string[] = [];
  const counted: Ledger = {
    commit: (unit) => ledger.commit(unit),
    get: (space, key, viewer) => ledger.get(space, key, viewer),
    list: (space, range, viewer) => {
      if (space === 'outbox') reads.push(range.prefix ?? '*');
      return ledger.list(space, range, viewer);
    },
    commits: (from) => ledger.commits(from),
    head: () => ledger.head(),
    lastWritten: (space) => ledger.lastWritten(space),
    writable: () => ledger.writable(),
    verify: () => ledger.verify(),
    close: () => ledger.close(),
  };
  const outbox = new Outbox({
    ledger: counted,
    store: new EnvelopeStore(ledger, SIM_SYSTEM),
    viewer: SIM_SYSTEM,
    clock,
    log: new SimLog(),
    sinks: () => [...reachable.values()],
    fateOf: async () => 'send',
    onDelivered: async () => [],
  });
  return {
    outbox,
    clock,
    reachable,
    reads,
    async put(...sinks) {
      const envelope = author.next('summary', SUMMARY_BYTES, { expiresAtMs: clock.nowMs() + 1_000 });
      const header = decodeHeader(envelope.header);
      const rows = outboxRows(headerHash(envelope.header), header, sinks);
      await ledger.commit({ writes: [...keepEnvelope(envelope, header), ...rows], audit: [] });
      return header.sequence;
    },
    async waiting() {
      const rows = await Array.fromAsync(ledger.list('outbox', {}, SIM_SYSTEM));
      return rows.map(({ key }) => key.split('/')[0] ?? '');
    },
    async refused() {
      const kept = await Array.fromAsync(REFUSED_OBJECTS.list(ledger, {}, SIM_SYSTEM));
      return kept.map(({ code, sink }) => `${sink} ${code}`);
    },
    async audited() {
      const commits = await Array.fromAsync(ledger.commits(1));
      const entries = commits.flatMap(({ audit }) => audit);
      return entries.filter(({ action }) => action === 'object.refused').map(({ code }) => code);
    },
  };
}

function sinkOf(
  name: SinkName,
  taken: number[],
  change: Partial<ReachableSink> & { readonly before?: (sequence: number) => void | Promise<void> } = {},
): ReachableSink {
  const send = async (envelope: SignedEnvelope): Promise<void> => {
    const { sequence } = decodeHeader(envelope.header);
    await change.before?.(sequence);
    taken.push(sequence);
  };
  return { name, window: 1, isFinal: (code) => code === 'FINAL', send, ...change };
}

test('each sink gets its objects in order, once, and its rows go', async (t) => {
  const { outbox, put, reachable, waiting } = scene(t);
  const [gossip, coordinator]: [number[], number[]] = [[], []];
  reachable.set('gossip', sinkOf('gossip', gossip));
  reachable.set('coordinator', sinkOf('coordinator', coordinator, { window: 3 }));
  for (let object = 0; object < 7; object += 1) await put('gossip', 'coordinator');
  await outbox.kick();
  t.deepEqual(gossip, [1, 2, 3, 4, 5, 6, 7]);
  t.deepEqual(coordinator, [1, 2, 3, 4, 5, 6, 7]);
  t.deepEqual(await waiting(), []);
});

test('of a sink that cannot be reached nothing is read, and its rows wait', async (t) => {
  const { outbox, put, reachable, reads, waiting } = scene(t);
  await put('gossip', 'peer:a', 'peer:b');
  reachable.set('peer:a', sinkOf('peer:a', []));
  await outbox.kick();
  t.deepEqual(new Set(reads), new Set(['peer:a/']));
  t.deepEqual(await waiting(), ['gossip', 'peer:b']);
  reads.length = 0;
  await outbox.kick(['peer:b']);
  t.deepEqual(reads, []);
});

test('a fault keeps the row and all behind it; a final refusal loses its own alone', async (t) => {
  const { outbox, put, reachable, waiting } = scene(t);
  const taken: number[] = [];
  let fault: Error | undefined = new Error('socket');
  reachable.set(
    'peer:a',
    sinkOf('peer:a', taken, {
      before: (sequence) => {
        if (sequence === 2 && fault !== undefined) throw fault;
      },
    }),
  );
  for (let object = 0; object < 3; object += 1) await put('peer:a');
  await outbox.kick();
  t.deepEqual(taken, [1]);
  fault = new ConcordatError('PASSING', 'later');
  await outbox.kick();
  t.is((await waiting()).length, 2);
  fault = new ConcordatError('FINAL', 'never');
  await outbox.kick();
  t.deepEqual(taken, [1, 3]);
  t.deepEqual(await waiting(), []);
});

test('a refusal that says it is final ends the retry whatever its code, and stays to be seen', async (t) => {
  const { audited, outbox, put, reachable, refused, waiting } = scene(t);
  const taken: number[] = [];
  let attempts = 0;
  let detail: Record<string, boolean> = {};
  const before = (sequence: number): void => {
    attempts += 1;
    if (sequence === 1) throw new ConcordatError('SHARING_NEWER', 'the peer refused', { detail });
  };
  reachable.set('peer:a', sinkOf('peer:a', taken, { before }));
  await put('peer:a');
  await put('peer:a');
  await outbox.kick();
  t.deepEqual([attempts, taken, await refused(), await audited()], [1, [], [], []]);
  detail = { final: true };
  await outbox.kick();
  t.deepEqual([attempts, taken], [3, [2]]);
  t.deepEqual(await waiting(), []);
  t.deepEqual(await refused(), ['peer:a SHARING_NEWER']);
  t.deepEqual(await audited(), ['SHARING_NEWER']);
  await outbox.kick();
  t.is(attempts, 3);
});

test('what has expired while it waited does not leave', async (t) => {
  const { clock, outbox, put, reachable, waiting } = scene(t);
  const taken: number[] = [];
  await put('gossip');
  clock.advance(1_001);
  await put('gossip');
  reachable.set('gossip', sinkOf('gossip', taken));
  await outbox.kick();
  t.deepEqual(taken, [2]);
  t.deepEqual(await waiting(), []);
});

test('a kick while a sink is drained makes one more pass, not another drain', async (t) => {
  const { outbox, put, reachable, reads } = scene(t);
  const taken: number[] = [];
  const release = Promise.withResolvers<undefined>();
  reachable.set('gossip', sinkOf('gossip', taken, { before: () => release.promise }));
  await put('gossip');
  const first = outbox.kick();
  await put('gossip');
  const kicks = Array.from({ length: 50 }, () => outbox.kick(['gossip']));
  release.resolve(undefined);
  await Promise.all([first, ...kicks]);
  t.deepEqual(taken, [1, 2]);
  t.true(reads.length <= 4);
});

test('a sink that is slow holds back no other', async (t) => {
  const { outbox, put, reachable } = scene(t);
  const [slow, quick]: [number[], number[]] = [[], []];
  const release = Promise.withResolvers<undefined>();
  reachable.set('peer:a', sinkOf('peer:a', slow, { before: () => release.promise }));
  reachable.set('peer:b', sinkOf('peer:b', quick));
  for (let object = 0; object < 3; object += 1) await put('peer:a', 'peer:b');
  const all = outbox.kick();
  await outbox.kick(['peer:b']);
  t.deepEqual([slow, quick], [[], [1, 2, 3]]);
  release.resolve(undefined);
  await all;
  t.deepEqual(slow, [1, 2, 3]);
});

test('stopping waits for no recipient, and what was under way waits for the next start', async (t) => {
  const { outbox, put, reachable, waiting } = scene(t);
  const never = Promise.withResolvers<undefined>();
  reachable.set('coordinator', sinkOf('coordinator', [], { window: 4, before: () => never.promise }));
  for (let object = 0; object < 2; object += 1) await put('coordinator');
  const draining = outbox.kick();
  await outbox.stop();
  await draining;
  t.is((await waiting()).length, 2);
  never.reject(new Error('the link was stopped'));
  await outbox.kick();
  t.is((await waiting()).length, 2);
});
