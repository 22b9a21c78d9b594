import { EventEmitter } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { systemClock } from '../../../config/runtime/clock.ts';
import { systemRandom } from '../../../config/runtime/random.ts';
import { runCommandLine } from '../../../coordinator/cli/program.ts';
import { fromHex, toBase64url, toHex } from '../../../crypto/bytes.ts';
import { federationIdOf } from '../../../crypto/genesis.ts';
import { createIdentityKey, type KeyPair } from '../../../crypto/keys.ts';
import { signStatement } from '../../../crypto/statement.ts';
import { decodeJoinToken } from '../../../proto/codec/join-token.ts';
import { decodeGenesis, encodeNodeRecord } from '../../../proto/codec/membership.ts';
import { encodeStatement, statementKindNumber } from '../../../proto/codec/statement.ts';
import { encodeStatementBody } from '../../../proto/codec/statement-body.ts';
import type { SignedStatement, StatementBody } from '../../../proto/domain/control.ts';
import { asId } from '../../../proto/domain/ids.ts';
import { TEST_POLICY, testNodeOf } from '../../fixtures/federation.ts';
import { waitUntil } from '../../tools/wait-until.ts';

type Ran = { readonly code: number; readonly out: string; readonly err: string };

type Desk = {
  readonly home: string;
  readonly officers: readonly KeyPair[];
  readonly run: (...words: string[]) => Promise<Ran>;
  /** As run, with --json; @throws when it did not end with 0 */
  readonly json: <Answer>(...words: string[]) => Promise<Answer>;
  readonly start: () => Promise<{ readonly stop: () => Promise<number> }>;
  readonly statementFile: (statement: SignedStatement) => Promise<string>;
};

/** A founded federation of three agencies, and a command line in this process. */
async function desk(t: ExecutionContext): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'concordat-cli-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const home = join(folder, 'home');
  const officers = Array.from({ length: 3 }, () => createIdentityKey(systemRandom));
  const files = await Promise.all(
    officers.map(async ({ publicKey }, index) => {
      const path = join(folder, `agency-${index}.json`);
      const agency = { concordat: 'agency/1', agency_id: `agency-${index}`, name: `Agency ${index}` };
      const rest = { corporate_group: `group-${index}`, jurisdiction: 'XX', officer_keys: [toHex(publicKey)] };
      await writeFile(path, JSON.stringify({ ...agency, ...rest }));
      return path;
    }),
  );
  const invoke = async (words: readonly string[], signals = new EventEmitter()): Promise<Ran> => {
    let [out, err] = ['', ''];
    const code = await runCommandLine(words.includes('--home') ? words : [...words, '--home', home], {
      environment: {},
      out: (text) => (out += text),
      err: (text) => (err += text),
      signals,
      clock: systemClock,
      random: systemRandom,
      userName: () => 'operator',
    });
    return { code, out, err };
  };
  const ports = ['--coordinator-enrolment-port', '0', '--coordinator-member-port', '0', '--metrics-port', '0'];
  const agencies = files.flatMap((file) => ['--agency', file]);
  const founded = await invoke(['init', '--name', 'Test', '--operator', 'us', ...agencies, ...ports]);
  t.is(founded.code, 0, founded.err);
  return {
    home,
    officers,
    run: (...words) => invoke(words),
    json: async <Answer>(...words: string[]) => {
      const { code, out, err } = await invoke([...words, '--json']);
      if (code !== 0) throw new Error(`${words.join(' ')}: ${err}${out}`);
      return JSON.parse(out) as Answer;
    },
    start: async () => {
      const signals = new EventEmitter();
      let over: Ran | undefined;
      const ended = invoke(['start'], signals).then((ran) => (over = ran));
      await waitUntil('the coordinator is ready', async () => {
        if (over !== undefined) throw new Error(over.err);
        return readFile(join(home, 'run.json')).then(
          () => true,
          () => false,
        );
      });
      const stop = async (): Promise<number> => {
        signals.emit('SIGTERM');
        return (await ended).code;
      };
      t.teardown(stop);
      return { stop };
    },
    statementFile: async (statement) => {
      const path = join(folder, `${statement.kind}.json`);
      const genesis = new Uint8Array(await readFile(join(home, 'genesis.bin')));
      const file = {
        concordat: 'statement/1',
        federation_id: toHex(federationIdOf(genesis)),
        reads: {},
        statement: toBase64url(encodeStatement(statement)),
      };
      await writeFile(path, JSON.stringify(file));
      return path;
    },
  };
}

async function signed(home: string, body: StatementBody, officers: readonly KeyPair[], agencies: readonly number[]) {
  const federationId = federationIdOf(new Uint8Array(await readFile(join(home, 'genesis.bin'))));
  const bytes = encodeStatementBody(body);
  return {
    kind: body.kind,
    body: bytes,
    signatures: agencies.map((agency) => {
      const key = officers[agency] as KeyPair;
      const signature = signStatement(key.secretKey, federationId, statementKindNumber(body.kind), bytes);
      return { role: 'officer', agencyId: `agency-${agency}`, publicKey: key.publicKey, signature } as const;
    }),
  };
}

test('init founds a federation whose genesis every member can read, in a folder for its owner alone', async (t) => {
  const { home, run } = await desk(t);
  const own = join(home, '..', 'agency-0.json');
  const genesis = decodeGenesis(new Uint8Array(await readFile(join(home, 'genesis.bin'))));
  t.deepEqual(
    genesis.agencies.map(({ agencyId }) => agencyId),
    ['agency-0', 'agency-1', 'agency-2'].map((name) => asId(name)),
  );
  t.is(genesis.approvalsNeeded, 2);
  const again = await run('init', '--name', 'Test', '--operator', 'us', '--agency', own);
  t.is(again.code, 1);
  t.regex(again.err, /^.* is not empty: choose another --home \[COORDINATOR_HOME\]\n$/);
});

test('init refuses a majority that is none and leaves nothing behind', async (t) => {
  const { home, run } = await desk(t);
  const [other, agencies] = [join(home, '..', 'other'), ['--agency', join(home, '..', 'agency-0.json')]];
  const words = ['init', '--name', 'T', '--operator', 'us', '--home', other];
  const refused = await run(...words, ...agencies, '--approvals', '2');
  t.is(refused.code, 1);
  t.regex(refused.err, /WIRE_FIELD field approvals_needed/);
  const none = await run(...words);
  t.is(none.code, 2);
  t.regex(none.err, /^no founding agency: .* \[COORDINATOR_COMMAND\]\n$/);
  await t.throwsAsync(readFile(join(other, 'genesis.bin')));
});

test('a wrong call ends with 2 and one line with the way to help and the code', async (t) => {
  const { run } = await desk(t);
  for (const words of [
    ['frobnicate'],
    ['nodes', 'list', '--frob'],
    ['token', 'create', '--hours', 'x'],
    ['audit', 'list', '--limit', '-1'],
    ['log', 'checkpoint', '--log', 'x'],
    ['init', '--name', 'T', '--operator', 'us', '--approvals', 'x'],
  ]) {
    const { code, err, out } = await run(...words);
    t.is(code, 2, words.join(' '));
    t.is(out, '');
    t.regex(err, /^[^\n]+: --help shows how \[COORDINATOR_COMMAND\]\n$/);
  }
});

test('a running coordinator is operated over its socket, a stopped one in its store', async (t) => {
  const { home, officers, run, json, start, statementFile } = await desk(t);
  const early = await run('token', 'create');
  t.is(early.code, 2, 'its port is not known yet');
  const running = await start();
  const { token } = await json<{ token: string }>('token', 'create', '--agency', 'agency-1', '--label', 'first');
  const { addresses } = JSON.parse(await readFile(join(home, 'run.json'), 'utf8')) as {
    addresses: Record<string, string>;
  };
  t.is(addresses['enrolment'], decodeJoinToken(token).address);
  const { tokens } = await json<{ tokens: { token_id: string; state: string }[] }>('token', 'list');
  t.is(tokens.length, 1);
  await json('token', 'revoke', tokens[0]?.token_id ?? '');
  t.is((await json<{ tokens: { state: string }[] }>('token', 'list')).tokens[0]?.state, 'revoked');
  t.is((await run('token', 'revoke', '0123456789abcdef')).code, 1);
  t.is((await run('start')).code, 1, 'one at a time');
  const policy = await signed(home, { kind: 'policy', value: TEST_POLICY }, officers, [0, 2]);
  t.deepEqual(await json('log', 'submit', await statementFile(policy)), { kind: 'policy', index: 1 });
  const few = await signed(home, { kind: 'policy', value: { ...TEST_POLICY, version: 2 } }, officers, [0]);
  t.regex((await run('log', 'submit', await statementFile(few))).err, /MEMBERSHIP_APPROVALS needed 2 given 1/);
  t.is((await json<{ size: number }>('log', 'checkpoint')).size, 2);
  t.deepEqual(await json('log', 'verify'), { healthy: true, lines: ['both logs are sound'] });
  t.is(await running.stop(), 0);
  t.is((await json<{ size: number }>('log', 'checkpoint')).size, 2, 'the same, read from the store');
  const { entries } = await json<{ entries: { actor: string; action: string }[] }>('audit', 'list');
  t.true(entries.some(({ actor, action }) => actor === 'operator:operator' && action === 'token.revoked'));
  t.true((await json<{ healthy: boolean }>('fsck')).healthy);
});

test('a suspension by the CA is lifted by officers and the countersignature of the CA', async (t) => {
  const { home, officers, run, json, start, statementFile } = await desk(t);
  const { stop } = await start();
  const node = testNodeOf(systemRandom, asId('agency-2'), 'node-1', systemRandom(32));
  const record = await signed(home, { kind: 'node', value: node.record }, officers, [2]);
  t.regex((await run('log', 'submit', await statementFile(record))).err, /ENROL_MEMBER/, 'a node joins by its token');
  t.truthy(encodeNodeRecord(node.record));
  t.regex((await run('suspend', node.peerId, '--reason', 'lost')).err, /MEMBERSHIP_UNKNOWN/);
  await stop();
  const { openLevelStore } = await import('../../../coordinator/store/level/level-store.ts');
  const store = await openLevelStore({
    directory: join(home, 'store'),
    clock: systemClock,
    random: systemRandom,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  // As the enrolment listener would have logged it.
  await store.commit({
    writes: [{ space: 'control', key: '000000000001', value: encodeStatement(record) }],
    audit: [],
  });
  await store.close();
  const suspended = await json<{ suspension_id: string }>('suspend', node.peerId, '--reason', 'lost', '--heads');
  const { nodes } = await json<{ nodes: { state: string; peer_id: string }[] }>('nodes', 'list');
  t.deepEqual(
    nodes.map(({ state, peer_id }) => [state, peer_id]),
    [['suspended', node.peerId]],
  );
  const value = { suspensionId: fromHex(suspended.suspension_id), issuedAtMs: 1 };
  const lift = await statementFile(await signed(home, { kind: 'suspension_lift', value }, officers, [0, 1]));
  t.regex((await run('log', 'submit', lift)).err, /MEMBERSHIP_APPROVALS/);
  await json('log', 'submit', lift, '--countersign');
  const after = await json<{ nodes: { state: string }[] }>('nodes', 'list');
  t.deepEqual(
    after.nodes.map(({ state }) => state),
    ['active'],
  );
});

test('settings are checked, and what is called wrongly ends with 2', async (t) => {
  const { home, run, json } = await desk(t);
  t.deepEqual(await json('config', 'check'), { valid: true, problems: [] });
  const printed = await run('config', 'print');
  t.regex(printed.out, /coordinator\.encryption_key\s+"\(secret\)"/);
  await writeFile(join(home, 'config.yaml'), 'coordinator:\n  hots: x\n');
  const wrong = await run('config', 'check');
  t.is(wrong.code, 1);
  t.regex(wrong.out, /config\.yaml:2: coordinator\.hots: expected a known setting/);
  t.is((await run('start')).code, 1);
  t.is((await run('no-such-command')).code, 2);
  t.is((await run('token', 'create', '--no-such-option')).code, 2);
});
