import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { systemRandom } from '../../../config/runtime/random.ts';
import { openKeyFolder } from '../../../node/compose/key-folder.ts';
import { commandLine, initialised } from './fixture.ts';

test('init lays out a home that only its owner can read, and prints the peer id', async (t) => {
  const { at, home } = commandLine(t);
  const { code, out } = await at(['init', '--agency', 'alpha', '--name', 'two', '--person', 'Ada L']);
  t.is(code, 0);
  t.regex(out, /peer id {3}12D3KooW\w{44}/);
  t.deepEqual(readdirSync(home).sort(), ['artefacts', 'backups', 'config.yaml', 'graph', 'keys', 'ledger']);
  const files = readdirSync(join(home, 'keys'));
  t.deepEqual(files.sort(), [
    'encryption-key',
    'hint.key',
    'identity.key',
    'jwt-secret',
    'operator.key',
    'sealing.key',
    'tls.key',
  ]);
  for (const file of files) t.is(statSync(join(home, 'keys', file)).mode & 0o777, 0o600, file);
  t.is(statSync(home).mode & 0o777, 0o700);
});

test('two homes share no key, secret or peer id', async (t) => {
  const [one, other] = [await initialised(t), await initialised(t)];
  for (const file of readdirSync(join(one.home, 'keys'))) {
    const [left, right] = [one, other].map(({ home }) => readFileSync(join(home, 'keys', file)));
    t.notDeepEqual(left, right, file);
  }
});

test('what init generates is strong enough for production, with no other setting', async (t) => {
  const { at } = await initialised(t);
  t.deepEqual(await at(['config', 'check'], { NODE_ENV: 'production' }), {
    code: 0,
    out: 'settings are valid\n',
    err: '',
  });
});

test('init makes nothing in a folder that is not empty, and says what helps', async (t) => {
  const { at, home } = commandLine(t);
  mkdirSync(home);
  writeFileSync(join(home, 'note'), 'mine');
  const { code, err } = await at(['init', '--agency', 'alpha']);
  t.is(code, 1);
  t.regex(err, /^.* is not empty: choose another --home, or remove it first \[CLI_HOME_EXISTS\]\n$/);
  t.deepEqual(readdirSync(home), ['note']);
});

test('init again in the same home changes nothing', async (t) => {
  const { at, home } = await initialised(t);
  const before = readFileSync(join(home, 'keys', 'identity.key'));
  t.is((await at(['init', '--agency', 'beta'])).code, 1);
  t.deepEqual(readFileSync(join(home, 'keys', 'identity.key')), before);
});

for (const [what, words, environment] of [
  ['a flag of the wrong type', ['--api-port', 'x'], {}],
  ['an agency name that no certificate takes', ['--agency', 'Alpha Bank'], {}],
  ['an environment that production refuses', [], { NEO4J_PASSWORD: 'neo4j' }],
] as const) {
  test(`${what} leaves no half-made home`, async (t) => {
    const { at, home } = commandLine(t);
    const { code } = await at(['init', '--agency', 'alpha', ...words], environment);
    t.is(code, 1);
    t.deepEqual(existsSync(home) ? readdirSync(home) : [], []);
  });
}

test('the private keys open under the encryption key of the home, under no other, and not in another\u2019s place', async (t) => {
  const { home } = await initialised(t);
  const folder = join(home, 'keys');
  const encryptionKey = readFileSync(join(folder, 'encryption-key'), 'utf8').trim();
  const keys = openKeyFolder(folder, encryptionKey, systemRandom);
  t.is((await keys.get('identity')).length, 32);
  const others = openKeyFolder(folder, `${encryptionKey}x`, systemRandom);
  t.like(await t.throwsAsync(others.get('identity')), { code: 'KEYS_LOCKED' });
  copyFileSync(join(folder, 'sealing.key'), join(folder, 'identity.key'));
  t.like(await t.throwsAsync(keys.get('identity')), { code: 'KEYS_LOCKED' });
});
