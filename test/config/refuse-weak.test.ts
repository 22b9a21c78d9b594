import test from 'ava';
import { loadSettings } from '../../config/load.ts';
import { weakSettings } from '../../config/refuse-weak.ts';
import { NODE_TABLE } from '../../config/settings/node-table.ts';

const STRONG = {
  JWT_SECRET: 'q7Vt0cXl2mZb9RfKw4Yp8sJd1hNgTuEa',
  ENCRYPTION_KEY: 'c29tZXRoaW5nIHJhbmRvbSBoZXJlIDEyMzQ1Ng',
};

function weakIn(environment: Readonly<Record<string, string>>): readonly string[] {
  const settings = loadSettings(NODE_TABLE, {
    flags: { 'node.agency': 'alpha' },
    environment: { ...STRONG, ...environment },
    file: null,
    readFile: () => ({ text: '', worldReadable: false }),
  });
  return weakSettings(settings).map(({ code, path }) => `${code} ${path}`);
}

test('strong secrets and no published password start in production', (t) => {
  t.deepEqual(weakIn({}), []);
});

for (const [what, secret] of [
  ['31 characters', STRONG.JWT_SECRET.slice(1)],
  ['few different characters', 'abcabdabeabfabcabdabeabfabcabdab'],
  ['one character', 'x'.repeat(64)],
  ['a repeated pattern', 'q7Vt0cXl2mZb9RfK'.repeat(2)],
  ['a word of a published example', 'your-256-bit-secret-goes-in-here-1'],
] as const) {
  test(`S0-15 (secrets) a secret of ${what} is refused in production`, (t) => {
    t.deepEqual(weakIn({ JWT_SECRET: secret }), ['CONFIG_SECRET_WEAK access.jwt_secret']);
    t.deepEqual(weakIn({ ENCRYPTION_KEY: secret }), ['CONFIG_SECRET_WEAK access.encryption_key']);
    t.deepEqual(weakIn({ JWT_SECRET: secret, NODE_ENV: 'development' }), []);
  });
}

test('one secret for both purposes is refused in production', (t) => {
  t.deepEqual(weakIn({ ENCRYPTION_KEY: STRONG.JWT_SECRET }), ['CONFIG_SECRET_WEAK access.encryption_key']);
});

for (const password of ['password', 'Password', 'neo4j', 'admin']) {
  test(`S0-13 (passwords) NEO4J_PASSWORD=${password} is refused outside development`, (t) => {
    const given = { NEO4J_URI: 'bolt://localhost:7687', NEO4J_USER: 'neo4j', NEO4J_PASSWORD: password };
    t.deepEqual(weakIn(given), ['CONFIG_SECRET_DEFAULT graph.neo4j_password']);
    t.deepEqual(weakIn({ ...given, CONCORDAT_PROFILE: 'development' }), []);
  });
}

test('answers that tell of faults are for development only', (t) => {
  t.deepEqual(weakIn({ API_DEBUG: 'true' }), ['CONFIG_PROFILE api.debug']);
  t.deepEqual(weakIn({ API_DEBUG: 'true', NODE_ENV: 'test' }), []);
});
