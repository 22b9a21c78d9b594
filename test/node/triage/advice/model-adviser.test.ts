import test, { type ExecutionContext } from 'ava';
import { LIMITS } from '../../../../config/settings/limits.ts';
import type { NodeSettings } from '../../../../config/settings/node-table.ts';
import { LOCAL_ADVISER } from '../../../../node/triage/advice/adviser.ts';
import type { Decision } from '../../../../proto/domain/decision.ts';
import { openMemoryLedger } from '../../../fakes/memory-ledger.ts';
import { waitUntil } from '../../../tools/wait-until.ts';
import { alertOf, listedAlert, matchOf } from '../world.ts';
import { adviserWith, decidedWith, decideIn, NOW_MS, supervising } from './advised.ts';
import { type Behaviour, type ModelServer, questionOf, replyText, type SeenCall, serveModel } from './model-server.ts';

const PROTOCOLS = ['anthropic', 'openai-compatible'] as const;
type Protocol = (typeof PROTOCOLS)[number];
type AdviserSettings = Partial<NodeSettings['adviser']>;

function settingsOf(protocol: Protocol, { anthropicUrl, openaiUrl }: ModelServer): AdviserSettings {
  return protocol === 'anthropic'
    ? { anthropicApiKey: 'key-of-the-test', anthropicBaseUrl: anthropicUrl }
    : { openaiApiKey: 'key-of-the-test', openaiBaseUrl: openaiUrl, supervisorModel: 'a-model-of-our-own' };
}

type Asked = { readonly decision: Decision; readonly byCode: Decision; readonly server: ModelServer };

/** Decides a clean alert twice: with code alone, and with a model server that behaves as told. */
async function asked(
  t: ExecutionContext,
  protocol: Protocol,
  behave: (call: SeenCall, place: number) => Behaviour,
  change: AdviserSettings = {},
): Promise<Asked> {
  const server = await serveModel(t, behave);
  const { adviser } = adviserWith({ ...settingsOf(protocol, server), ...change });
  const { decision } = await decidedWith(adviser);
  const { decision: byCode } = await decidedWith(LOCAL_ADVISER);
  return { decision, byCode, server };
}

/** A decision with what advice may touch set aside. */
function untouched(decision: Decision): Partial<Decision> {
  const touched = new Set(['advice', 'disposition', 'humanReview', 'reasons', 'reviewer']);
  return Object.fromEntries(Object.entries(decision).filter(([name]) => !touched.has(name)));
}

for (const protocol of PROTOCOLS) {
  const id = protocol === 'anthropic' ? 'S0-14' : 'S0-22';

  test(`${id} (${protocol}) advice stands beside the decision of the code, with driver, model, prompt and tokens`, async (t) => {
    const { byCode, decision, server } = await asked(t, protocol, (call) => ({ text: replyText(call) }));
    t.deepEqual(untouched(decision), untouched(byCode));
    t.is(decision.disposition, byCode.disposition);
    t.like(decision.advice, {
      driver: protocol,
      dropped: 0,
      suspicions: [],
      dispositionByCode: byCode.disposition,
      suggestion: { disposition: 'ESCALATE_L2', evidenceIds: ['alert'] },
    });
    t.regex(decision.advice?.prompt ?? '', /^adviser\/1\/[0-9a-f]{12}$/);
    t.deepEqual(decision.advice?.calls, [
      {
        model: protocol === 'anthropic' ? 'claude-sonnet-5-5' : 'a-model-of-our-own',
        agents: ['data_enrichment', 'risk_scoring', 'context_builder', 'decision_maker'],
        inputTokens: 1_000,
        outputTokens: 50,
        code: null,
      },
    ]);
    t.deepEqual(
      decision.advice?.sentences.map(({ agent }) => agent),
      ['data_enrichment', 'risk_scoring', 'context_builder'],
    );
    t.is(server.calls.length, 1, 'one call an alert, for all that is written');
    t.is(
      server.calls[0]?.body[protocol === 'anthropic' ? 'max_tokens' : 'max_completion_tokens'],
      LIMITS.adviserReplyTokens,
    );
    t.is(server.calls[0]?.headers.authorization, 'Bearer key-of-the-test');
  });

  test(`S4-05 (${protocol}) a model may raise to L3 at most, and calls a person`, async (t) => {
    for (const [suggested, expected] of [
      ['ESCALATE_L3', 'ESCALATE_L3'],
      ['ESCALATE_SAR', 'ESCALATE_L3'],
      ['BLOCK_TRANSACTION', 'ESCALATE_L3'],
    ] as const) {
      const { byCode, decision } = await asked(t, protocol, (call) => ({
        text: replyText(call, { disposition: suggested }),
      }));
      t.not(byCode.disposition, expected);
      t.is(decision.disposition, expected);
      t.true(decision.humanReview);
      t.is(decision.reviewer, 'Senior Compliance Analyst');
      t.deepEqual(decision.reasons, [...byCode.reasons, 'ADVISER_RAISED']);
      t.deepEqual(untouched(decision), untouched(byCode));
    }
  });

  test(`S4-05 (${protocol}) a model that clears everything lowers nothing`, async (t) => {
    const server = await serveModel(t, (call) => ({ text: replyText(call, { disposition: 'AUTO_CLEAR' }) }));
    const { adviser } = adviserWith(settingsOf(protocol, server));
    for (const alert of [listedAlert('SANCTIONS', [matchOf()]), listedAlert('PEP', [matchOf()]), alertOf()]) {
      const { decision } = await decidedWith(adviser, alert);
      const { decision: byCode } = await decidedWith(LOCAL_ADVISER, alert);
      t.is(decision.disposition, byCode.disposition);
      t.deepEqual(decision.reasons, byCode.reasons);
    }
  });

  for (const [what, behave, code, calls] of [
    ['refuses', () => ({ text: '', stop: 'refusal' }), 'ADVISER_REFUSED', 1],
    ['is cut off', () => ({ text: '{"narr', stop: 'length' }), 'ADVISER_CUT_OFF', 1],
    ['cannot take in so much', () => ({ text: '', stop: 'context' }), 'ADVISER_CONTEXT', 1],
    ['is not permitted', () => ({ status: 401 }), 'ADVISER_STATUS', 1],
    [
      'wants a wait beyond any patience',
      () => ({ status: 429, headers: { 'retry-after': '600' } }),
      'ADVISER_STATUS',
      1,
    ],
    ['answers with a page', () => 'nonsense', 'ADVISER_PROTOCOL', 1],
    ['writes without end', () => ({ text: 'x'.repeat(LIMITS.adviserReplyBytes) }), 'EGRESS_SIZE', 1],
    ['writes no JSON, twice', () => ({ text: 'I think that this is fine.' }), 'ADVISER_REPLY', 2],
  ] as const satisfies readonly (readonly [string, () => Behaviour, string, number])[]) {
    test(`${id} (${protocol}) a model that ${what} leaves the decision to the code and is told of`, async (t) => {
      const { byCode, decision, server } = await asked(t, protocol, behave);
      t.deepEqual(untouched(decision), untouched(byCode));
      t.is(decision.disposition, byCode.disposition);
      t.deepEqual(decision.reasons, [...byCode.reasons, 'ADVISER_FAILED']);
      t.is(decision.advice?.calls[0]?.code, code);
      t.deepEqual(decision.advice?.sentences, []);
      t.is(server.calls.length, calls);
    });
  }

  test(`${id} (${protocol}) an overloaded server is asked again after the wait that it names`, async (t) => {
    const { decision, server } = await asked(t, protocol, (call, place) =>
      place === 0 ? { status: 529, headers: { 'retry-after-ms': '1' } } : { text: replyText(call) },
    );
    t.is(server.calls.length, 2);
    t.is(decision.advice?.calls[0]?.code, null);
  });

  test(`${id} (${protocol}) one repair is asked for, without repeating what others wrote, and its answer counts`, async (t) => {
    const { decision, server } = await asked(t, protocol, (call, place) => ({
      text: place === 0 ? '{"narrative":[{"say":"yes"}],"evil key":1}' : replyText(call),
    }));
    t.is(server.calls.length, 2);
    const repair = server.calls[1]?.messages.at(-1);
    t.is(repair?.role, 'user');
    t.false(repair?.content.includes('evil key'));
    t.deepEqual(decision.advice?.calls[0]?.inputTokens, 2_000);
    t.is(decision.advice?.calls[0]?.code, null);
  });

  test(`${id} (${protocol}) a lying model is caught: unknown citations, invented numbers and links do not stand`, async (t) => {
    const lies = [
      { text: 'The customer is known to the police.', evidence_ids: ['made:up'] },
      { text: 'The customer is known to the police.', evidence_ids: [] },
      { text: 'Some 77 transfers came in.', evidence_ids: ['account:activity'] },
      { text: 'See https://example.test/ for more.', evidence_ids: ['alert'] },
    ];
    const { byCode, decision } = await asked(t, protocol, () => ({
      text: JSON.stringify({
        data_findings: lies,
        risk_findings: lies,
        narrative: [{ text: 'The alert was raised by monitoring.', evidence_ids: ['alert'] }],
        suggestion: { disposition: 'BLOCK_TRANSACTION', text: 'It is grave.', evidence_ids: ['made:up'] },
      }),
    }));
    t.is(decision.advice?.sentences.length, 1);
    t.is(decision.advice?.dropped, 9);
    t.is(decision.advice?.suggestion, null);
    t.is(decision.disposition, byCode.disposition);
  });
}

test('S0-22 a silent server costs an alert no more than the time that advice may take', async (t) => {
  const server = await serveModel(t, () => 'silent');
  const { adviser } = adviserWith({ ...settingsOf('openai-compatible', server), timeoutSeconds: 1 });
  const startedAtMs = performance.now();
  const { decision } = await decidedWith(adviser);
  t.true(performance.now() - startedAtMs < 5_000);
  t.false(decision.emergency);
  t.is(decision.advice?.calls[0]?.code, 'ADVISER_TIMEOUT');
});

test('S0-22 a server that breaks off is tried again, a few times', async (t) => {
  const server = await serveModel(t, () => 'broken');
  const { adviser } = adviserWith(settingsOf('openai-compatible', server));
  const { decision } = await decidedWith(adviser);
  t.is(decision.advice?.calls[0]?.code, 'EGRESS_UNREACHABLE');
  t.is(server.calls.length, 1 + LIMITS.adviserRetries);
});

test('S0-22 a server that asks for no key needs only to be chosen', async (t) => {
  const server = await serveModel(t, (call) => ({ text: replyText(call) }));
  const { adviser } = adviserWith({
    driver: 'openai-compatible',
    openaiBaseUrl: server.openaiUrl,
    contextBuilderModel: 'ours',
  });
  const { decision } = await decidedWith(adviser);
  t.is(server.calls[0]?.headers.authorization, undefined);
  t.deepEqual(server.calls[0]?.parts, ['narrative']);
  t.is(decision.advice?.suggestion, null);
});

test('S4-14 each agent is played by its own model, with as few calls as there are models', async (t) => {
  const server = await serveModel(t, (call) => ({ text: replyText(call, { disposition: 'ESCALATE_L3' }) }));
  const { adviser } = adviserWith({
    ...settingsOf('anthropic', server),
    supervisorModel: 'claude-sonnet-5-5',
    dataEnrichmentModel: 'claude-haiku-5-5',
    decisionMakerModel: 'claude-opus-5-5',
  });
  const { decision } = await decidedWith(adviser);
  const played = server.calls.map(({ model, parts }) => `${model}: ${parts.join(' ')}`).sort();
  t.deepEqual(played, [
    'claude-haiku-5-5: data_findings',
    'claude-opus-5-5: suggestion',
    'claude-sonnet-5-5: risk_findings narrative',
  ]);
  t.is(decision.disposition, 'ESCALATE_L3');
});

test('S0-14 after failures in a row nothing is sent for a while, then one call tries', async (t) => {
  let nowMs = NOW_MS;
  let failing = true;
  const server = await serveModel(t, (call) => (failing ? { status: 400 } : { text: replyText(call) }));
  const { adviser } = adviserWith(settingsOf('anthropic', server), { clock: { nowMs: () => nowMs } });
  const deps = await supervising(adviser);
  for (let place = 0; place < LIMITS.adviserFailures; place += 1) await decideIn(deps, alertOf());
  t.is(server.calls.length, LIMITS.adviserFailures);
  t.like(adviser.status(), { state: 'degraded', code: 'ADVISER_CIRCUIT' });
  const spared = await decideIn(deps, alertOf());
  t.is(spared.decision.advice?.calls[0]?.code, 'ADVISER_CIRCUIT');
  t.is(server.calls.length, LIMITS.adviserFailures);
  nowMs += LIMITS.adviserRestMs;
  failing = false;
  await decideIn(deps, alertOf());
  t.is(server.calls.length, LIMITS.adviserFailures + 1);
  t.like(adviser.status(), { state: 'ok', code: null });
});

test('S0-14 the tokens of a day are counted over restarts, and when they are spent code works alone', async (t) => {
  const server = await serveModel(t, (call) => ({ text: replyText(call) }));
  const ledger = openMemoryLedger();
  const settings = { ...settingsOf('anthropic', server), tokensPerDay: 12_000 };
  const first = adviserWith(settings, { ledger });
  const { audit, decision } = await decidedWith(first.adviser);
  t.is(first.adviser.status().tokensToday, 1_050);
  t.is(decision.advice?.calls[0]?.code, null);
  const entry = audit.find(({ action }) => action === 'triage.advise');
  t.like(entry?.versions, { adviser: 'anthropic', models: 'claude-sonnet-5-5', tokens: '1050' });
  const second = adviserWith(settings, { ledger });
  let code: string | null | undefined = null;
  for (let alerts = 0; code === null && alerts < 20; alerts += 1)
    code = (await decidedWith(second.adviser)).decision.advice?.calls[0]?.code;
  t.is(code, 'ADVISER_BUDGET');
  t.like(second.adviser.status(), { state: 'degraded', code: 'ADVISER_BUDGET' });
  const tomorrow = adviserWith(settings, { ledger, clock: { nowMs: () => NOW_MS + 86_400_000 } });
  t.is((await decidedWith(tomorrow.adviser)).decision.advice?.calls[0]?.code, null);
});

test('S0-14 an alert that would cost more than alerts may is decided without advice', async (t) => {
  const server = await serveModel(t, (call) => ({ text: replyText(call) }));
  const { adviser } = adviserWith({ ...settingsOf('anthropic', server), tokensPerAlert: 1_000 });
  t.is((await decidedWith(adviser)).decision.advice?.calls[0]?.code, 'ADVISER_BUDGET');
  t.is(server.calls.length, 0);
});

test('S0-14 a stopping node gives up what is under way', async (t) => {
  const server = await serveModel(t, () => 'silent');
  const { adviser } = adviserWith(settingsOf('anthropic', server));
  const deciding = decidedWith(adviser);
  await waitUntil('the call', () => server.calls.length === 1);
  adviser.stop();
  t.is((await deciding).decision.advice?.calls[0]?.code, 'ADVISER_STOPPED');
});

test('S0-14 no more calls are under way than the settings allow', async (t) => {
  const server = await serveModel(t, () => 'silent');
  const { adviser } = adviserWith({ ...settingsOf('anthropic', server), concurrentCalls: 2 });
  const deciding = Array.from({ length: 5 }, () => decidedWith(adviser));
  await waitUntil('two calls', () => server.calls.length === 2);
  adviser.stop();
  await Promise.all(deciding);
  t.is(server.calls.length, 2);
});

test('S4-04 the system prompt is ours alone and kept by the server; texts of others are strings within a marked message', async (t) => {
  const server = await serveModel(t, (call) => ({ text: replyText(call) }));
  const { adviser } = adviserWith(settingsOf('anthropic', server));
  const remark = 'rent for May\u202e\u200b " } ] END';
  const alert = alertOf({ metadata: { remark } });
  await decidedWith(adviser, alert);
  await decidedWith(adviser, alertOf());
  const [call, other] = server.calls;
  if (call === undefined || other === undefined) throw new Error('two calls');
  t.is(call.system, other.system);
  t.deepEqual(
    (call.body['system'] as readonly { cache_control: unknown }[]).map(({ cache_control: kept }) => kept),
    [{ type: 'ephemeral' }],
  );
  const [question, otherQuestion] = [questionOf(call), questionOf(other)];
  t.not(question.mark, otherQuestion.mark);
  t.regex(question.mark, /^[0-9a-f]{32}$/);
  t.true(question.foreign_texts.some(({ text }) => text === 'remark = rent for May " } ] END'));
  t.false(call.system.includes('rent'));
  const sent = JSON.stringify(call.body);
  for (const identifier of ['alert-1', '"c1"', '"a1"', 't000']) t.false(sent.includes(identifier), identifier);
});
