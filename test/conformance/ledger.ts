import test, { type ExecutionContext } from 'ava';
import { LIMITS } from '../../config/settings/limits.ts';
import { auditTrail } from '../../node/ledger/audit-trail.ts';
import { commitHash, EMPTY_CHAIN, follows } from '../../node/ledger/chain.ts';
import { defineCollection } from '../../node/ledger/collection.ts';
import { encodeCommit } from '../../node/ledger/commit-codec.ts';
import type { Ledger } from '../../node/ledger/ledger.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import { ANALYST, audit, collect, OPEN, put, remove, SECRET, SYSTEM, text } from './ledger-fixtures.ts';

export type LedgerHarness = {
  /** Opens the data of this harness, the first time empty. What was open before has been closed. */
  open(): Promise<Ledger>;
  dispose(): Promise<void>;
};

/** What every engine of the ledger must do; run it with a way to open one. */
export function ledgerSuite(engine: string, makeHarness: () => Promise<LedgerHarness>): void {
  const conforms = (title: string, run: (t: ExecutionContext, harness: LedgerHarness) => Promise<void>): void => {
    test(`${engine}: ${title}`, async (t) => {
      const harness = await makeHarness();
      t.teardown(() => harness.dispose());
      await run(t, harness);
    });
  };
  orderAndDurability(conforms);
  conditions(conforms);
  reads(conforms);
  auditing(conforms);
  bounds(conforms);
}

type Conforms = (title: string, run: (t: ExecutionContext, harness: LedgerHarness) => Promise<void>) => void;

async function refusedWith(t: ExecutionContext, promise: Promise<unknown>, code: string): Promise<void> {
  const error = await t.throwsAsync(promise);
  t.true(isRefusal(error, code), `${code} expected, ${String(error)} given`);
}

function orderAndDurability(conforms: Conforms): void {
  conforms(
    'units committed at once get sequences from 1 in the order of the calls, without a gap',
    async (t, harness) => {
      const ledger = await harness.open();
      t.deepEqual(ledger.head(), EMPTY_CHAIN);
      const units = Array.from({ length: 300 }, (_, place) => ({ writes: [put('k', String(place))], audit: [] }));
      const receipts = await Promise.all(units.map((unit) => ledger.commit(unit)));
      t.deepEqual(
        receipts.map(({ sequence }) => sequence),
        units.map((_, place) => place + 1),
      );
      t.is(text(await ledger.get('transfer', 'k', SYSTEM)), '299');
      t.is(ledger.head().sequence, 300);
      await ledger.close();
    },
  );

  conforms(
    'a space says when it was last written, and counts all that was before opening as written then',
    async (t, harness) => {
      const first = await harness.open();
      t.is(first.lastWritten('transfer'), 0);
      await first.commit({ writes: [put('a', '1')], audit: [] });
      await first.commit({ writes: [], audit: [audit('alert:1')] });
      t.is(first.lastWritten('transfer'), 1);
      t.is(first.lastWritten('list'), 0);
      await refusedWith(
        t,
        first.commit({ writes: [{ ...put('a', '2'), ifAbsent: true }], audit: [] }),
        'LEDGER_EXISTS',
      );
      t.is(first.lastWritten('transfer'), 1);
      await first.commit({ writes: [remove('a')], audit: [] });
      t.is(first.lastWritten('transfer'), 3);
      await first.close();
      const second = await harness.open();
      t.is(second.lastWritten('transfer'), 3);
      t.is(second.lastWritten('list'), 3);
    },
  );

  conforms('what was acknowledged is there after reopening: values, order, chain', async (t, harness) => {
    const first = await harness.open();
    await Promise.all(
      Array.from({ length: 100 }, (_, place) =>
        first.commit({ writes: [put(`a${place % 7}`, String(place)), put(`b${place}`, 'x')], audit: [audit('set:1')] }),
      ),
    );
    await first.commit({ writes: [remove('a3')], audit: [] });
    const [records, commits, head] = [
      await collect(first.list('transfer', {}, SYSTEM)),
      await collect(first.commits(1)),
      first.head(),
    ];
    await first.close();
    const second = await harness.open();
    t.deepEqual(await collect(second.list('transfer', {}, SYSTEM)), records);
    t.deepEqual(await collect(second.commits(1)), commits);
    t.deepEqual(second.head(), head);
    t.deepEqual(await second.verify(), []);
    t.deepEqual(await second.commit({ writes: [], audit: [audit('set:2')] }), { sequence: head.sequence + 1 });
    await second.close();
  });

  conforms('each commit holds the hash of the one before, and anyone can recompute it', async (t, harness) => {
    const ledger = await harness.open();
    for (let place = 0; place < 5; place += 1)
      await ledger.commit({ writes: [put(`k${place}`, 'v'), remove(`k${place - 1}`)], audit: [audit(`o:${place}`)] });
    let head = EMPTY_CHAIN;
    for await (const { hash, ...body } of ledger.commits(1)) {
      t.true(follows(body, head));
      t.deepEqual(commitHash(encodeCommit(body)), hash);
      head = { sequence: body.sequence, hash };
    }
    t.deepEqual(head, ledger.head());
    t.deepEqual(
      (await collect(ledger.commits(4))).map(({ sequence }) => sequence),
      [4, 5],
    );
    t.deepEqual(await collect(ledger.commits(6)), []);
    await ledger.close();
  });

  conforms('a closed ledger answers what waits, then refuses everything', async (t, harness) => {
    const ledger = await harness.open();
    const waiting = ledger.commit({ writes: [put('k', 'v')], audit: [] });
    await ledger.close();
    t.deepEqual(await waiting, { sequence: 1 });
    t.false(ledger.writable());
    await refusedWith(t, ledger.commit({ writes: [put('k', 'v')], audit: [] }), 'LEDGER_CLOSED');
    await refusedWith(t, ledger.get('transfer', 'k', SYSTEM), 'LEDGER_CLOSED');
    await refusedWith(t, (async () => collect(ledger.list('transfer', {}, SYSTEM)))(), 'LEDGER_CLOSED');
    await t.notThrowsAsync(ledger.close());
  });
}

function conditions(conforms: Conforms): void {
  conforms('of 64 units that want a key to be absent one is written, the others leave no trace', async (t, harness) => {
    const ledger = await harness.open();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 64 }, (_, place) =>
        ledger.commit({
          writes: [put(`own${place}`, 'x'), put('token', String(place), { ifAbsent: true })],
          audit: [audit(`try:${place}`)],
        }),
      ),
    );
    const won = outcomes.flatMap((outcome, place) => (outcome.status === 'fulfilled' ? [place] : []));
    t.is(won.length, 1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') t.true(isRefusal(outcome.reason, 'LEDGER_EXISTS'));
    t.is(text(await ledger.get('transfer', 'token', SYSTEM)), String(won[0]));
    t.is((await collect(ledger.list('transfer', { prefix: 'own' }, SYSTEM))).length, 1);
    t.is(ledger.head().sequence, 1);
    await refusedWith(
      t,
      ledger.commit({ writes: [put('token', 'later', { ifAbsent: true })], audit: [] }),
      'LEDGER_EXISTS',
    );
    t.deepEqual(await ledger.verify(), []);
    await ledger.close();
  });

  conforms('a deleted key counts as absent, also within the group that deletes it', async (t, harness) => {
    const ledger = await harness.open();
    await ledger.commit({ writes: [put('k', '1')], audit: [] });
    await Promise.all([
      ledger.commit({ writes: [remove('k')], audit: [] }),
      ledger.commit({ writes: [put('k', '2', { ifAbsent: true })], audit: [] }),
    ]);
    t.is(text(await ledger.get('transfer', 'k', SYSTEM)), '2');
    await ledger.close();
  });

  conforms('a unit that wants one key absent twice contradicts itself and is refused', async (t, harness) => {
    const ledger = await harness.open();
    const twice = [put('k', '1', { ifAbsent: true }), put('k', '2', { ifAbsent: true })];
    await refusedWith(t, ledger.commit({ writes: twice, audit: [] }), 'LEDGER_EXISTS');
    t.is(await ledger.get('transfer', 'k', SYSTEM), undefined);
    await ledger.close();
  });

  conforms('of several writes of a key in one unit the last holds', async (t, harness) => {
    const ledger = await harness.open();
    await ledger.commit({ writes: [put('a', '1'), put('a', '2'), put('b', '1'), remove('b')], audit: [] });
    await ledger.commit({ writes: [remove('c'), put('c', '1')], audit: [] });
    t.is(text(await ledger.get('transfer', 'a', SYSTEM)), '2');
    t.is(await ledger.get('transfer', 'b', SYSTEM), undefined);
    t.is(text(await ledger.get('transfer', 'c', SYSTEM)), '1');
    t.deepEqual(await ledger.verify(), []);
    await ledger.close();
  });

  conforms('an erased value verifies as deleted, and its key can be written again', async (t, harness) => {
    const ledger = await harness.open();
    await ledger.commit({ writes: [put('k', 'name'), put('other', 'x')], audit: [] });
    await ledger.commit({ writes: [remove('k'), remove('never')], audit: [] });
    t.is(await ledger.get('transfer', 'k', SYSTEM), undefined);
    t.deepEqual(
      (await collect(ledger.list('transfer', {}, SYSTEM))).map(({ key }) => key),
      ['other'],
    );
    t.deepEqual(await ledger.verify(), []);
    const [, second] = await collect(ledger.commits(1));
    t.deepEqual(
      second?.writes.map(({ key, valueHash }) => [key, valueHash]),
      [
        ['k', null],
        ['never', null],
      ],
    );
    await ledger.commit({ writes: [put('k', 'again')], audit: [] });
    t.is(text(await ledger.get('transfer', 'k', SYSTEM)), 'again');
    t.deepEqual(await ledger.verify(), []);
    await ledger.close();
  });
}

function reads(conforms: Conforms): void {
  conforms('a record has its space, marking and the sequence of the commit that wrote it', async (t, harness) => {
    const ledger = await harness.open();
    const marking = { ...OPEN, compartments: ['fraud'], groups: ['north', 'south'] };
    await ledger.commit({ writes: [put('k', '1')], audit: [] });
    await ledger.commit({ writes: [put('k', '2', { marking }), put('k', 'alert', { space: 'alert' })], audit: [] });
    const record = await ledger.get('transfer', 'k', SYSTEM);
    const value = new Uint8Array(Buffer.from('2'));
    t.deepEqual(record, { space: 'transfer', key: 'k', value, marking, sequence: 2 });
    record?.value.fill(0);
    t.is(text(await ledger.get('transfer', 'k', SYSTEM)), '2');
    t.is(text(await ledger.get('alert', 'k', SYSTEM)), 'alert');
    t.is(await ledger.get('cash', 'k', SYSTEM), undefined);
    await ledger.close();
  });

  conforms('keys are listed bytewise, by range, prefix, limit and backwards', async (t, harness) => {
    const ledger = await harness.open();
    const keys = ['a', 'a/1', 'a/2', 'a0', 'b', 'é', '\uffee', '\u{1f4b6}', 'a\u0000'];
    const neighbours = (['account', 'cash'] as const).map((space) => put('a/3', '', { space }));
    await ledger.commit({ writes: [...keys.map((key) => put(key, key)), ...neighbours], audit: [] });
    const list = async (range: Parameters<Ledger['list']>[1]): Promise<string[]> =>
      (await collect(ledger.list('transfer', range, SYSTEM))).map(({ key }) => key);
    const sorted = ['a', 'a\u0000', 'a/1', 'a/2', 'a0', 'b', 'é', '\uffee', '\u{1f4b6}'];
    t.deepEqual(await list({}), sorted);
    t.deepEqual(await list({ reverse: true }), sorted.toReversed());
    t.deepEqual(await list({ prefix: 'a/' }), ['a/1', 'a/2']);
    t.deepEqual(await list({ prefix: 'a/', from: 'a', to: 'b' }), ['a/1', 'a/2']);
    t.deepEqual(await list({ from: 'a/2', to: 'b' }), ['a/2', 'a0']);
    t.deepEqual(await list({ from: 'b', to: 'a' }), []);
    t.deepEqual(await list({ prefix: 'a', from: 'a/2', limit: 1 }), ['a/2']);
    t.deepEqual(await list({ reverse: true, limit: 2, to: '\uffee' }), ['é', 'b']);
    t.deepEqual(await list({ limit: 0 }), []);
    await ledger.close();
  });

  conforms('a list is as of the call, whatever is committed while it is read', async (t, harness) => {
    const ledger = await harness.open();
    await ledger.commit({ writes: Array.from({ length: 600 }, (_, place) => put(`k${place}`, 'old')), audit: [] });
    const listed = ledger.list('transfer', {}, SYSTEM);
    await ledger.commit({ writes: [put('k0', 'new'), remove('k1'), put('z', 'new')], audit: [] });
    const records = await collect(listed);
    t.is(records.length, 600);
    t.true(records.every((record) => text(record) === 'old'));
    await ledger.close();
  });

  conforms('a list may be left before its end', async (t, harness) => {
    const ledger = await harness.open();
    await ledger.commit({ writes: [put('a', '1'), put('b', '1')], audit: [] });
    for await (const { key } of ledger.list('transfer', {}, SYSTEM)) {
      t.is(key, 'a');
      break;
    }
    await ledger.close();
  });

  conforms('no read returns what the viewer may not see, and absent looks the same', async (t, harness) => {
    const ledger = await harness.open();
    const secrets = Array.from({ length: 20 }, (_, place) => put(`s${place}`, 'secret', { marking: SECRET }));
    await ledger.commit({ writes: [...secrets, put('a', 'open'), put('z', 'open')], audit: [audit('case:9')] });
    t.is(await ledger.get('transfer', 's1', ANALYST), undefined);
    t.is(await ledger.get('transfer', 'nothing', ANALYST), undefined);
    const seen = await collect(ledger.list('transfer', { limit: 2 }, ANALYST));
    t.deepEqual(
      seen.map(({ key }) => key),
      ['a', 'z'],
    );
    t.is((await collect(ledger.list('transfer', {}, SYSTEM))).length, 22);
    t.deepEqual(await collect(auditTrail(ledger, 'case:9', ANALYST)), []);
    t.is((await collect(auditTrail(ledger, 'case:9', SYSTEM))).length, 1);
    await ledger.close();
  });

  conforms('a collection keeps bigints beyond 2^53 and bytes', async (t, harness) => {
    type Row = { readonly id: string; readonly amountMinor: bigint; readonly digest: Uint8Array };
    const rows = defineCollection<Row>({ space: 'cash', keyOf: ({ id }) => id, markingOf: () => OPEN });
    const row = { id: '9007199254740993', amountMinor: 2n ** 63n + 1n, digest: new Uint8Array([1, 2, 255]) };
    const first = await harness.open();
    await first.commit({ writes: [rows.put(row, { ifAbsent: true })], audit: [] });
    await first.close();
    const second = await harness.open();
    t.deepEqual(await rows.get(second, row.id, ANALYST), row);
    t.deepEqual(await collect(rows.list(second, {}, ANALYST)), [row]);
    await second.commit({ writes: [rows.remove(row.id)], audit: [] });
    t.is(await rows.get(second, row.id, ANALYST), undefined);
    await second.close();
  });
}

function auditing(conforms: Conforms): void {
  conforms('audit entries stand in their commit and are found by object, oldest first', async (t, harness) => {
    const ledger = await harness.open();
    await ledger.commit({ writes: [put('k', '1')], audit: [audit('alert:1', 'alert.received'), audit('alert:1/x')] });
    await ledger.commit({ writes: [], audit: [audit('alert:10')] });
    await ledger.commit({ writes: [put('k', '2')], audit: [audit('alert:1', 'a'), audit('alert:1', 'b')] });
    const [first] = await collect(ledger.commits(1));
    t.deepEqual(first?.audit, [audit('alert:1', 'alert.received'), audit('alert:1/x')]);
    const trail = await collect(auditTrail(ledger, 'alert:1', ANALYST));
    t.deepEqual(
      trail.map(({ sequence, entry }) => [sequence, entry.action]),
      [
        [1, 'alert.received'],
        [3, 'a'],
        [3, 'b'],
      ],
    );
    t.deepEqual(await ledger.verify(), []);
    await ledger.close();
  });

  conforms('entries of a unit that wrote no value are for the system only', async (t, harness) => {
    const ledger = await harness.open();
    await ledger.commit({ writes: [], audit: [audit('report:1')] });
    t.deepEqual(await collect(auditTrail(ledger, 'report:1', { ...ANALYST, role: 'admin' })), []);
    t.is((await collect(auditTrail(ledger, 'report:1', SYSTEM))).length, 1);
    await ledger.close();
  });
}

function bounds(conforms: Conforms): void {
  conforms('keys that are empty, too long or not well-formed are refused', async (t, harness) => {
    const ledger = await harness.open();
    const longest = 'é'.repeat(LIMITS.ledgerKeyBytes / 2);
    for (const key of ['', `${longest}x`, '\ud800'])
      await refusedWith(t, ledger.commit({ writes: [put('ok', 'x'), put(key, 'x')], audit: [] }), 'LEDGER_KEY');
    for (const object of ['', 'x'.repeat(LIMITS.ledgerKeyBytes)])
      await refusedWith(t, ledger.commit({ writes: [], audit: [audit(object)] }), 'LEDGER_KEY');
    const index = put('alert:1/0000000000000001', 'x', { space: 'auditByObject' });
    await refusedWith(t, ledger.commit({ writes: [index], audit: [] }), 'LEDGER_KEY');
    t.is(ledger.head().sequence, 0);
    await ledger.commit({ writes: [put(longest, 'x')], audit: [] });
    t.is(text(await ledger.get('transfer', longest, SYSTEM)), 'x');
    await ledger.close();
  });

  conforms('values and units beyond their limits are refused', async (t, harness) => {
    const ledger = await harness.open();
    const value = new Uint8Array(LIMITS.ledgerValueBytes + 1);
    await refusedWith(t, ledger.commit({ writes: [put('k', '', { value })], audit: [] }), 'LEDGER_SIZE');
    const many = Array.from({ length: LIMITS.ledgerUnitWrites + 1 }, () => put('k', ''));
    await refusedWith(t, ledger.commit({ writes: many, audit: [] }), 'LEDGER_SIZE');
    const large = value.subarray(1);
    const heavy = ['a', 'b', 'c', 'd'].map((key) => put(key, '', { value: large }));
    await refusedWith(t, ledger.commit({ writes: heavy, audit: [] }), 'LEDGER_SIZE');
    await ledger.commit({ writes: [put('k', '', { value: large })], audit: [] });
    t.is((await ledger.get('transfer', 'k', SYSTEM))?.value.length, LIMITS.ledgerValueBytes);
    await ledger.close();
  });
}
