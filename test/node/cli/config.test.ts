import { appendFileSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { initialised } from './fixture.ts';

test('config check names everything that is wrong, one line each, and ends with 1', async (t) => {
  const { at, home } = await initialised(t);
  appendFileSync(join(home, 'config.yaml'), 'log:\n  levle: info\ntriage:\n  max_retries: many\n');
  const { code, out } = await at(['config', 'check']);
  t.is(code, 1);
  const lines = out.trimEnd().split('\n');
  t.is(lines.length, 2);
  t.regex(lines.join('\n'), /config\.yaml:\d+: log\.levle: expected a known setting \(did you mean log\.level\?\)/);
  t.regex(lines.join('\n'), /config\.yaml:\d+: triage\.max_retries: expected integer 0 to 10, got "many"/);
});

test('config check tells of environment names that are no settings, and accepts them', async (t) => {
  const { at } = await initialised(t);
  const { code, out } = await at(['config', 'check'], { CONCORDAT_API_PROT: '1' });
  t.is(code, 0);
  t.is(out, 'warning: CONCORDAT_API_PROT is no setting of this node\n');
});

test('S0-15 (start) a weak or absent secret stops the start, in one line that names it', async (t) => {
  const { at, home } = await initialised(t);
  const weak = await at(['start'], { JWT_SECRET: 'secret' });
  t.deepEqual([weak.code, weak.out], [1, '']);
  t.is(
    weak.err,
    'production profile: access.jwt_secret: expected at least 32 characters (openssl rand -base64 32) [CONFIG_SECRET_WEAK]\n',
  );
  chmodSync(join(home, 'keys', 'encryption-key'), 0o644);
  const exposed = await at(['start']);
  t.is(exposed.code, 1);
  t.regex(exposed.err, /access\.encryption_key: .*chmod 600/);
});

test('S0-13 NEO4J_URI, USER, PASSWORD are taken, and a published default password stops the start', async (t) => {
  const { at } = await initialised(t);
  const given = { NEO4J_URI: 'bolt://localhost:7687', NEO4J_USER: 'neo4j', NEO4J_PASSWORD: 'password' };
  const refused = await at(['start'], given);
  t.is(refused.code, 1);
  t.regex(refused.err, /graph\.neo4j_password: expected no published default password.*\[CONFIG_SECRET_DEFAULT\]\n$/);
  const taken = await at(['config', 'check'], { ...given, NEO4J_PASSWORD: 'a-password-of-our-own' });
  t.deepEqual([taken.code, taken.out], [0, 'warning: graph.neo4j_uri has no effect while graph.engine is level\n']);
});

test('config print shows what holds and where it is from, and no secret', async (t) => {
  const { run, home } = await initialised(t);
  const { out } = await run(['config', 'print', '--home', home, '--json', '--log-level', 'debug'], {
    environment: { API_PORT: '5001' },
  });
  const rows = JSON.parse(out) as Record<string, unknown>;
  t.deepEqual(rows['log.level'], { value: 'debug', origin: 'flag' });
  t.deepEqual(rows['api.port'], { value: 5_001, origin: 'environment' });
  t.deepEqual(rows['access.jwt_secret'], { value: '(secret)', origin: 'file' });
  t.deepEqual(rows['triage.max_retries'], { value: 3, origin: 'default' });
});
