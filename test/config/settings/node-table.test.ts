import test from 'ava';
import { loadSettings } from '../../../config/load.ts';
import { settingsReference } from '../../../config/settings-reference.ts';
import { NODE_TABLE, type NodeSettings } from '../../../config/settings/node-table.ts';
import { settingRows } from '../../../config/settings/setting.ts';

function load(environment: Readonly<Record<string, string>>): NodeSettings {
  return loadSettings(NODE_TABLE, {
    flags: { 'node.agency': 'alpha' },
    environment: { JWT_SECRET: 'a', ENCRYPTION_KEY: 'b', ...environment },
    file: null,
    readFile: () => ({ text: '', worldReadable: false }),
  });
}

test('S0-12 API_HOST, API_PORT and API_DEBUG are taken, with 5000 as the default port', (t) => {
  t.deepEqual(load({}).api, { host: '127.0.0.1', port: 5_000, debug: false });
  const given = load({ API_HOST: '0.0.0.0', API_PORT: '5001', API_DEBUG: 'true' });
  t.deepEqual(given.api, { host: '0.0.0.0', port: 5_001, debug: true });
  t.throws(() => load({ API_PORT: 'five' }), { message: /API_PORT/ });
});

test('S0-13 (names) NEO4J_URI, NEO4J_USER and NEO4J_PASSWORD are taken', (t) => {
  const given = load({ NEO4J_URI: 'bolt://localhost:7687', NEO4J_USER: 'neo4j', NEO4J_PASSWORD: 'x' });
  t.like(given.graph, { neo4jUri: 'bolt://localhost:7687', neo4jUser: 'neo4j', neo4jPassword: 'x' });
  t.throws(() => load({ NEO4J_URI: 'http://localhost' }), { message: /NEO4J_URI/ });
});

test('CLASSIFICATION_LEVEL is taken in the spellings of the guides', (t) => {
  t.is(load({ CLASSIFICATION_LEVEL: 'TOP SECRET' }).access.classificationLevel, 'TOP_SECRET');
  t.is(load({ CLASSIFICATION_LEVEL: 'secret' }).access.classificationLevel, 'SECRET');
  t.throws(() => load({ CLASSIFICATION_LEVEL: 'COSMIC' }), { message: /CLASSIFICATION_LEVEL/ });
});

test("the triage guide's thresholds and limits are taken under its names", (t) => {
  const given = load({
    MAX_CONCURRENT_ALERTS: '7',
    AGENT_TIMEOUT_SECONDS: '9',
    MAX_RETRIES: '0',
    AUTO_CLEAR_THRESHOLD: '0.9',
    ESCALATE_L2_THRESHOLD: '0.6',
    RISK_SCORE_HIGH_THRESHOLD: '65.5',
    RISK_SCORE_SEVERE_THRESHOLD: '80',
    LOG_LEVEL: 'INFO',
    PROMETHEUS_PORT: '0',
  });
  t.like(given.triage, {
    maxConcurrentAlerts: 7,
    stageTimeoutSeconds: 9,
    maxRetries: 0,
    autoClearConfidence: 0.9,
    escalateL2Confidence: 0.6,
    riskHigh: 65.5,
    riskSevere: 80,
  });
  t.is(given.log.level, 'info');
  t.is(given.metrics.port, 0);
});

test('every setting has a description that ends as a sentence, and no two share an environment name', (t) => {
  const rows = settingRows(NODE_TABLE);
  for (const { path, setting } of rows) t.regex(setting.description, /^[A-Z].*\.$/, path);
  const names = rows.flatMap(({ environment }) => environment);
  t.is(new Set(names).size, names.length);
});

test('the reference has one row a setting, with type, default and environment names', (t) => {
  const reference = settingsReference('Settings of concordat-node', NODE_TABLE);
  for (const { path, environment } of settingRows(NODE_TABLE)) {
    const row = reference.split('\n').find((line) => line.startsWith(`| \`${path}\` |`));
    for (const name of environment) t.true(row?.includes(`\`${name}\``), path);
  }
});
