import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { initialised } from './fixture.ts';

type Key = { key_id: string; person: string; role: string; revoked_at: string | null };

test('S0-28 (command) a key is created, listed, used and revoked by command', async (t) => {
  const { at, run, home, folder } = await initialised(t);
  const created = await at(['apikey', 'create', '--person', 'Grace H', '--role', 'read-only', '--days', '7']);
  t.is(created.code, 0, created.err);
  const file = join(folder, 'grace.key');
  writeFileSync(file, created.out, { mode: 0o600 });
  t.is((await run(['status', '--home', home, '--key-file', file])).code, 0);
  const forbidden = await run(['apikey', 'list', '--home', home], {
    environment: { CONCORDAT_API_KEY: created.out.trim() },
  });
  t.is(forbidden.code, 1);
  t.regex(forbidden.err, /\[API_FORBIDDEN\]/);

  const keys = JSON.parse((await at(['apikey', 'list', '--json'])).out) as Key[];
  t.deepEqual(keys.map(({ person, role }) => `${person} ${role}`).sort(), ['Grace H read-only', 'tester admin']);
  const id = keys.find(({ person }) => person === 'Grace H')?.key_id ?? '';
  t.is((await at(['apikey', 'revoke', id])).out, `revoked ${id} (Grace H)\n`);
  t.regex((await run(['status', '--home', home, '--key-file', file])).err, /\[API_UNAUTHENTICATED\]/);
});

test('a lost operator key is replaced at the home itself, and the audit says by whom', async (t) => {
  const { at, home } = await initialised(t);
  rmSync(join(home, 'keys/operator.key'));
  const lost = await at(['status']);
  t.is(lost.code, 1);
  t.regex(lost.err, /^no API key in .*: give --key-file FILE or CONCORDAT_API_KEY \[CLI_NO_KEY\]\n$/);
  const made = await at(['apikey', 'create', '--local', '--person', 'Ada L', '--role', 'admin']);
  t.is(made.code, 0, made.err);
  const environment = { CONCORDAT_API_KEY: made.out.trim() };
  t.is((await at(['status'], environment)).code, 0);
});

test('a key file that others can read is refused', async (t) => {
  const { at, home } = await initialised(t);
  chmodSync(join(home, 'keys/operator.key'), 0o644);
  const { code, err } = await at(['status']);
  t.is(code, 1);
  t.regex(err, /KEYS_EXPOSED/);
});
