import test from 'ava';
import { loadSettings, readSettings, type SettingSources } from '../../config/load.ts';
import { choice, integer, list, optional, port, text } from '../../config/settings/kinds.ts';
import { setting, settingRows } from '../../config/settings/setting.ts';

const TABLE = {
  api: {
    port: setting(port(), { default: 5_000, description: 'Port.', aliases: ['API_PORT'] }),
    maximumBatch: setting(integer(1, 10), { default: 5, description: 'Batch.' }),
    peers: setting(list(), { default: [], description: 'Peers.' }),
    mode: setting(choice(['a', 'b']), { default: 'a', description: 'Mode.' }),
    note: setting(optional(text()), { default: null, description: 'Note.' }),
  },
  access: {
    jwtSecret: setting(text(), { description: 'Secret.', aliases: ['JWT_SECRET'], secret: true }),
  },
} as const;

function sources(given: Partial<SettingSources> & { yaml?: string } = {}): SettingSources {
  return {
    flags: given.flags ?? {},
    environment: { JWT_SECRET: 'from-environment', ...given.environment },
    file: given.yaml === undefined ? null : { name: 'config.yaml', text: given.yaml },
    readFile: given.readFile ?? (() => ({ text: 'from-file\n', worldReadable: false })),
  };
}

test('a flag wins over the environment, that over the file, that over the default', (t) => {
  const yaml = 'api:\n  port: 3\n  mode: b\n';
  const all = readSettings(TABLE, sources({ yaml, environment: { API_PORT: '2' }, flags: { 'api.port': '1' } }));
  t.is(all.settings.api.port, 1);
  t.is(loadSettings(TABLE, sources({ yaml, environment: { API_PORT: '2' } })).api.port, 2);
  t.is(loadSettings(TABLE, sources({ yaml })).api.port, 3);
  t.is(loadSettings(TABLE, sources()).api.port, 5_000);
  t.like(all.origins, { 'api.port': 'flag', 'api.mode': 'file', 'api.note': 'default' });
});

test('the own environment name wins over the alias, and an empty one is as none', (t) => {
  const both = { API_PORT: '2', CONCORDAT_API_PORT: '4' };
  t.is(loadSettings(TABLE, sources({ environment: both })).api.port, 4);
  t.is(loadSettings(TABLE, sources({ environment: { ...both, CONCORDAT_API_PORT: '' } })).api.port, 2);
});

test('names in code are camelCase, in file and environment snake_case', (t) => {
  const row = settingRows(TABLE).find(({ key }) => key === 'maximumBatch');
  t.is(row?.path, 'api.maximum_batch');
  t.deepEqual(row?.environment, ['CONCORDAT_API_MAXIMUM_BATCH']);
  t.is(loadSettings(TABLE, sources({ yaml: 'api: {maximum_batch: 7}' })).api.maximumBatch, 7);
});

test('an unknown setting in the file is fatal, with its line and the nearest name', (t) => {
  const error = t.throws(() => loadSettings(TABLE, sources({ yaml: 'api:\n  port: 1\n  prot: 2\n' })));
  t.like(error, { code: 'CONFIG_UNKNOWN' });
  t.is(error.message, 'config.yaml:3: api.prot: expected a known setting (did you mean api.port?)');
});

test('an unknown flag is fatal; an unknown environment name of ours is told, one of others is not', (t) => {
  t.like(
    t.throws(() => loadSettings(TABLE, sources({ flags: { 'api.prot': '1' } }))),
    { code: 'CONFIG_UNKNOWN' },
  );
  const { problems, unknownEnvironment } = readSettings(
    TABLE,
    sources({ environment: { CONCORDAT_API_PROT: '1', CONCORDAT_API_KEY: 'k', CONCORDAT_HOME: '/h', API_PROT: '1' } }),
  );
  t.deepEqual(problems, []);
  t.deepEqual(unknownEnvironment, ['CONCORDAT_API_PROT']);
});

for (const [what, yaml, code, line] of [
  ['a port out of range', 'api: {port: 65536}', 'CONFIG_VALUE', 1],
  ['a text for a number', 'api:\n  port: high', 'CONFIG_VALUE', 2],
  ['a fraction for a whole number', 'api: {port: 1.5}', 'CONFIG_VALUE', 1],
  ['a word outside the set', 'api: {mode: c}', 'CONFIG_VALUE', 1],
  ['a list of lists', 'api: {peers: [[a]]}', 'CONFIG_FILE', 1],
  ['a value where a group belongs', 'api: 3', 'CONFIG_FILE', 1],
  ['a list at the top', '- api', 'CONFIG_FILE', 1],
  ['a setting given twice', 'api:\n  port: 1\n  port: 2', 'CONFIG_FILE', 3],
  ['broken YAML', 'api:\n  port: [1', 'CONFIG_FILE', 2],
  ['an alias', 'api:\n  port: &p 1\n  maximum_batch: *p', 'CONFIG_FILE', 3],
  ['a secret in the file', 'access: {jwt_secret: x}', 'CONFIG_SECRET_INLINE', 1],
] as const) {
  test(`${what} is refused in one line that names file and line`, (t) => {
    const error = t.throws(() => loadSettings(TABLE, sources({ yaml })));
    t.like(error, { code });
    t.regex(error.message, new RegExp(`^config\\.yaml:${line}: `));
    t.notRegex(error.message, /\n/);
  });
}

test('a required setting that nobody gave is refused by name', (t) => {
  const error = t.throws(() => loadSettings(TABLE, sources({ environment: { JWT_SECRET: undefined } })));
  t.like(error, { code: 'CONFIG_MISSING', detail: { path: 'access.jwt_secret' } });
});

test('each setting is read from a file, in the environment and in the settings file', (t) => {
  const environment = { JWT_SECRET: undefined, JWT_SECRET_FILE: '/run/secret' };
  t.is(loadSettings(TABLE, sources({ environment })).access.jwtSecret, 'from-file');
  const asked: [string, boolean][] = [];
  const readFile: SettingSources['readFile'] = (path, inFile) => {
    asked.push([path, inFile]);
    return { text: 's', worldReadable: false };
  };
  const yaml = 'access: {jwt_secret_file: keys/jwt}';
  loadSettings(TABLE, sources({ yaml, readFile, environment: { JWT_SECRET: undefined } }));
  t.deepEqual(asked, [['keys/jwt', true]]);
});

test('a value and a file in one source contradict each other', (t) => {
  const error = t.throws(() => loadSettings(TABLE, sources({ environment: { JWT_SECRET_FILE: '/run/secret' } })));
  t.like(error, { code: 'CONFIG_CONFLICT' });
});

test("a secret's file that every user can read is refused, another's is not", (t) => {
  const readFile: SettingSources['readFile'] = () => ({ text: '1', worldReadable: true });
  const environment = { JWT_SECRET: undefined, JWT_SECRET_FILE: '/run/secret' };
  t.like(
    t.throws(() => loadSettings(TABLE, sources({ environment, readFile }))),
    { code: 'CONFIG_SECRET_EXPOSED' },
  );
  t.is(loadSettings(TABLE, sources({ environment: { API_PORT_FILE: '/etc/port' }, readFile })).api.port, 1);
});

test('a named file that cannot be read is refused', (t) => {
  const readFile: SettingSources['readFile'] = () => {
    throw new Error('ENOENT');
  };
  const error = t.throws(() => loadSettings(TABLE, sources({ environment: { API_PORT_FILE: '/none' }, readFile })));
  t.like(error, { code: 'CONFIG_FILE' });
});

test('no problem text holds the value of a secret', (t) => {
  const secret = 's'.repeat(2_000);
  const error = t.throws(() => loadSettings(TABLE, sources({ environment: { JWT_SECRET: secret } })));
  t.like(error, { code: 'CONFIG_VALUE' });
  t.false(error.message.includes('sss'));
});

test('every problem is collected in one reading', (t) => {
  const yaml = 'api: {port: x, mode: z, nope: 1}';
  const { problems } = readSettings(TABLE, sources({ yaml, environment: { JWT_SECRET: undefined } }));
  t.deepEqual(problems.map(({ code }) => code).sort(), [
    'CONFIG_MISSING',
    'CONFIG_UNKNOWN',
    'CONFIG_VALUE',
    'CONFIG_VALUE',
  ]);
});
