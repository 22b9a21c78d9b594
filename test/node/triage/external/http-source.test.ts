import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { LIMITS } from '../../../../config/settings/limits.ts';
import { composeExternalSource } from '../../../../node/compose/external-source.ts';
import { LOCAL_ADVISER } from '../../../../node/triage/advice/adviser.ts';
import type { ExternalSource } from '../../../../node/triage/ports.ts';
import { localStages } from '../../../../node/triage/stages/local-stages.ts';
import type { Decision } from '../../../../proto/domain/decision.ts';
import { decideIn, settingsWith, supervising, type Told } from '../advice/advised.ts';
import { alertOf, enrichDeps, openWorld } from '../world.ts';

const FACTS = {
  adverse_media: [
    { id: 'm-1', title: 'Fined over\u202e missing\u200b books', publisher: 'The Courier', published_on: '2031-03-02' },
    { id: 'm-2', title: 'Named in a later inquiry', publisher: 'The Courier', published_on: '2031-07-02' },
  ],
  corporate_facts: [{ id: 'c-1', statement: 'Owns 75 % of a shell', registry: 'Registry', as_of: '2030-01-01' }],
};

type Served = { readonly url: string; readonly target: string; readonly bodies: string[] };

async function serve(t: ExecutionContext, listener?: RequestListener): Promise<Served> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(`${request.url} ${request.headers.authorization} ${body}`);
      if (listener === undefined) response.end(JSON.stringify(FACTS));
      else listener(request, response);
    });
  });
  await new Promise<void>((open) => server.listen(0, '127.0.0.1', open));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `http://${target}/v1`, target, bodies };
}

function sourceOf(apiUrl: string, egressAllow: readonly string[], told: Told[] = []): ExternalSource {
  const settings = settingsWith({ externalData: { apiUrl, apiKey: 'a key', egressAllow, timeoutSeconds: 1 } });
  const tell =
    (level: string) =>
    (facts: Told['facts'], message: string): void =>
      void told.push({ level, facts, message });
  const log = { debug: tell('debug'), info: tell('info'), warn: tell('warn'), error: tell('error') };
  const source = composeExternalSource(settings, {
    log,
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  if (source === undefined) throw new Error('a source was configured');
  return source;
}

async function decidedWith(external?: ExternalSource): Promise<Decision> {
  const deps = await supervising(LOCAL_ADVISER);
  const world = await openWorld(
    ['beta/b1', 'beta/b2'].map((from, place) => ({ from, to: 'a1', daysBefore: 2 + place })),
  );
  const settings = { riskHigh: 70, riskSevere: 85, autoClearConfidence: 0.85, escalateL2Confidence: 0.7 };
  const stages = localStages(settings, { ...enrichDeps(world), ...(external && { external }) });
  return (await decideIn({ ...deps, stages }, alertOf())).decision;
}

test('S4-19 what an outside source says becomes evidence with provenance, cited, tamed, and none from later days', async (t) => {
  const { bodies, target, url } = await serve(t);
  const decision = await decidedWith(sourceOf(url, [target]));
  const external = decision.evidence.filter(({ kind }) => kind.startsWith('external_'));
  t.deepEqual(external, [
    {
      evidenceId: 'external:1',
      kind: 'external_adverse_media',
      summary: 'adverse media of 2031-03-02, The Courier: Fined over missing books',
      source: `${target} m-1`,
      fromPeers: false,
    },
    {
      evidenceId: 'external:2',
      kind: 'external_corporate_fact',
      summary: 'corporate fact of 2030-01-01, Registry: Owns 75 % of a shell',
      source: `${target} c-1`,
      fromPeers: false,
    },
  ]);
  t.true(decision.narrative.some(({ evidenceIds }) => evidenceIds.join() === 'external:1,external:2'));
  t.is(decision.riskScore, (await decidedWith()).riskScore);
  t.deepEqual(bodies, [
    '/v1 Bearer a key {"name":"Ada Example","aliases":[],"countries":["NL"],"date_of_birth":"1980-02-03","entity_type":"INDIVIDUAL"}',
  ]);
});

for (const [what, listener, code] of [
  ['refuses', (_, response) => response.writeHead(503).end(), 'EXTERNAL_STATUS'],
  ['writes something else', (_, response) => response.end('{"adverse_media":[{"id":7}]}'), 'EXTERNAL_REPLY'],
  ['writes no JSON', (_, response) => response.end('<html>'), 'EXTERNAL_REPLY'],
  ['writes too much', (_, response) => response.end(' '.repeat(LIMITS.externalReplyBytes + 1)), 'EGRESS_SIZE'],
  ['sends elsewhere', (_, response) => response.writeHead(301, { location: '/' }).end(), 'EGRESS_REDIRECT'],
  ['breaks off', (request) => request.socket.destroy(), 'EGRESS_UNREACHABLE'],
  ['never answers', () => undefined, 'EXTERNAL_TIMEOUT'],
] as const satisfies readonly (readonly [string, RequestListener, string])[]) {
  test(`S4-19 a source that ${what} is a warning in the data quality, not an emergency`, async (t) => {
    const { target, url } = await serve(t, listener);
    const decision = await decidedWith(sourceOf(url, [target]));
    const without = await decidedWith();
    t.deepEqual(decision, { ...without, dataQuality: { ...without.dataQuality, warnings: [code] } });
  });
}

test('S4-19 a source that the egress list does not hold is not called, and the start says so', async (t) => {
  const { bodies, url } = await serve(t);
  const told: Told[] = [];
  const decision = await decidedWith(sourceOf(url, ['data.example:443'], told));
  t.deepEqual(decision.dataQuality.warnings, ['EGRESS_HOST']);
  t.deepEqual(bodies, []);
  t.is(told[0]?.level, 'warn');
});

test('S4-19 a listed name that leads to a private address is not called', async (t) => {
  const { bodies, target } = await serve(t);
  const port = target.split(':')[1];
  const decision = await decidedWith(sourceOf(`http://data.example:${port}/`, [`data.example:${port}`]));
  t.deepEqual(decision.dataQuality.warnings, ['EGRESS_PRIVATE']);
  t.deepEqual(bodies, []);
});

test('S4-19 facts beyond their number are left out, the oldest first, and texts are cut', async (t) => {
  const corporate = Array.from({ length: LIMITS.externalFacts + 5 }, (_, place) => ({
    id: `c-${place}`,
    statement: 'x'.repeat(1_000),
    registry: 'Registry',
    as_of: new Date(Date.UTC(2030, 0, 1 + place)).toISOString().slice(0, 10),
  }));
  const { target, url } = await serve(t, (_, response) => response.end(JSON.stringify({ corporate_facts: corporate })));
  const { evidence } = await decidedWith(sourceOf(url, [target]));
  const kept = evidence.filter(({ kind }) => kind === 'external_corporate_fact');
  t.is(kept.length, LIMITS.externalFacts);
  t.true(kept[0]?.source.endsWith(`c-${LIMITS.externalFacts + 4}`));
  t.true((kept[0]?.summary.length ?? 0) < LIMITS.externalTextCharacters + 150);
});
