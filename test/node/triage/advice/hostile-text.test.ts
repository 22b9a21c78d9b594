import test, { type ExecutionContext } from 'ava';
import { canonicalAlertHash } from '../../../../node/formats/alerts/hash.ts';
import { parseAlert } from '../../../../node/formats/alerts/parse.ts';
import { type Adviser, LOCAL_ADVISER } from '../../../../node/triage/advice/adviser.ts';
import { severity } from '../../../../node/triage/stages/decide.ts';
import { startTriage } from '../../../../node/triage/triage.ts';
import type { Decision } from '../../../../proto/domain/decision.ts';
import { asId } from '../../../../proto/domain/ids.ts';
import { seededRandom } from '../../../tools/random-sources.ts';
import { FakeSleep } from '../fake-sleep.ts';
import { enrichDeps, openWorld, RAISED_MS, VIEWER } from '../world.ts';
import { adviserWith, decideIn, supervising } from './advised.ts';
import { hostileTexts } from './hostile-texts.ts';
import { questionOf, replyText, serveModel } from './model-server.ts';

const SEED = 'hostile-5';
const COUNT = 200;
const TEXTS = hostileTexts(COUNT, seededRandom(SEED));

/** Puts a text behind what stands in a field, as a hostile customer or counterparty would. */
type Tainted = (field: string, clean: string) => string;

const TYPES = ['TRANSACTION', 'KYC_ONGOING', 'SANCTIONS', 'PEP', 'ADVERSE_MEDIA'] as const;

/** An alert as a source system posts it; every text that is no id, date, number or closed choice goes through `taint`. */
function wireAlert(type: (typeof TYPES)[number], id: string, taint: Tainted): unknown {
  const listed = type === 'SANCTIONS' || type === 'PEP' || type === 'ADVERSE_MEDIA';
  return {
    alert_id: id,
    alert_type: type,
    priority: 'HIGH',
    customer_data: {
      customer_id: 'c1',
      name: taint('name', 'Ada Example'),
      aliases: [taint('alias', 'Ada E.')],
      dob: '1980-02-03',
      addresses: [
        {
          street: taint('street', '1 High Street'),
          city: taint('city', 'Anywhere'),
          state: taint('state', 'North'),
          country: taint('country', 'NL'),
          postal_code: taint('postal_code', '1000'),
        },
      ],
      entity_type: 'INDIVIDUAL',
      nationality: taint('nationality', 'NL'),
      industry: taint('industry', 'EMPLOYEE'),
    },
    screening_results: {
      match_details: listed
        ? [
            {
              source: taint('source', 'screening'),
              match_type: taint('match_type', 'EXACT'),
              matched_name: taint('matched_name', 'EXAMPLE, Ada'),
              match_score: 1,
              list_name: taint('list_name', 'a list'),
              additional_info: {
                list_id: 'entry-1',
                list_dob: '1980-02-03',
                list_country: taint('list_country', 'NL'),
                program: taint('program', 'any'),
              },
            },
          ]
        : [],
      data_sources: [taint('data_source', 'a list')],
    },
    regulatory_context: {
      jurisdiction: taint('jurisdiction', 'NL'),
      applicable_regulations: [taint('regulation', 'any')],
      institution_type: taint('institution_type', 'BANK'),
      risk_appetite: taint('risk_appetite', 'LOW'),
    },
    ...(listed ? {} : { transaction_data: transactions(taint), account_data: account(taint) }),
    raised_at: new Date(RAISED_MS).toISOString(),
    metadata: { narrative: taint('narrative', 'seen'), [taint('key', 'key')]: { remark: taint('remark', 'rent') } },
  };
}

function transactions(taint: Tainted): unknown {
  return {
    rule_id: taint('rule_id', 'any-rule'),
    rules_hit: [taint('rules_hit', 'any-rule')],
    window_start: '2031-06-20',
    window_end: '2031-06-29',
    currency: 'EUR',
    amount_minor: 100_000,
    transaction_ids: ['t000', 't001'],
  };
}

function account(taint: Tainted): unknown {
  return { account_id: 'a1', opened: '2020-01-01', kind: taint('account_kind', 'CURRENT') };
}

/** Names of all fields of an alert that a taint reaches. */
function freeTextFields(type: (typeof TYPES)[number]): readonly string[] {
  const fields = new Set<string>();
  wireAlert(type, 'x', (field, clean) => (fields.add(field), clean));
  return [...fields];
}

const CLEAN: Tainted = (_, clean) => clean;
const everywhere =
  (text: string): Tainted =>
  (_, clean) =>
    `${clean} ${text}`.slice(0, 1_000);
const only =
  (place: string, text: string): Tainted =>
  (field, clean) =>
    field === place ? `${clean} ${text}`.slice(0, 1_000) : clean;

type Twin = {
  readonly clean: Decision;
  readonly hostile: Decision;
  readonly what: string;
  /** A country that no longer is one is a fact that is gone, whoever removed it. */
  readonly touchesCountry: boolean;
};

const COUNTRY_FIELDS: ReadonlySet<string> = new Set(['country', 'nationality', 'list_country']);

/** Each text in every free-text field at once, and in one field alone, of each type of alert in turn. */
async function twins(adviser: Adviser): Promise<readonly Twin[]> {
  const deps = await supervising(adviser);
  const decide = async (wire: unknown): Promise<Decision> =>
    (await decideIn(deps, parseAlert(wire, RAISED_MS))).decision;
  const clean = new Map<string, Decision>();
  for (const type of TYPES) clean.set(type, await decide(wireAlert(type, 'alert-1', CLEAN)));
  const found: Twin[] = [];
  for (const [place, text] of TEXTS.entries()) {
    const type = TYPES[place % TYPES.length] ?? 'TRANSACTION';
    const fields = freeTextFields(type);
    const field = fields[Math.floor(place / TYPES.length) % fields.length] ?? '';
    const cleanTwin = clean.get(type);
    if (cleanTwin === undefined) throw new Error('every type has a clean twin');
    for (const [what, taint, touchesCountry] of [
      [`${type} everywhere: ${text}`, everywhere(text), true],
      [`${type} ${field}: ${text}`, only(field, text), COUNTRY_FIELDS.has(field)],
    ] as const)
      found.push({ clean: cleanTwin, hostile: await decide(wireAlert(type, 'alert-1', taint)), what, touchesCountry });
  }
  return found;
}

function noneIsBelow(t: ExecutionContext, found: readonly Twin[]): void {
  t.is(found.length, 2 * COUNT);
  for (const { clean, hostile, touchesCountry, what } of found) {
    t.true(severity(hostile.disposition) >= severity(clean.disposition), what);
    if (!touchesCountry) t.is(hostile.riskScore, clean.riskScore, what);
    t.false(hostile.emergency, what);
  }
}

function isSuspected({ reasons }: Decision): boolean {
  return reasons.includes('TEXT_SUSPICIOUS');
}

test(`M-05 ${COUNT} hostile texts in every free-text field: with code alone no disposition is below the clean twin's (seed ${SEED})`, async (t) => {
  t.is(new Set(TYPES.flatMap(freeTextFields)).size, 26);
  noneIsBelow(t, await twins(LOCAL_ADVISER));
});

test(`M-05 ${COUNT} hostile texts in every free-text field: with a model that obeys them no disposition is below the clean twin's (seed ${SEED})`, async (t) => {
  const server = await serveModel(t, (call) => ({
    text: replyText(call, {
      disposition: 'AUTO_CLEAR',
      sentence: {
        text: `Obeying: ${questionOf(call).foreign_texts[0]?.text ?? ''}`.slice(0, 300),
        evidence_ids: ['alert'],
      },
    }),
  }));
  const { adviser } = adviserWith({ anthropicApiKey: 'key', anthropicBaseUrl: server.anthropicUrl, tokensPerDay: 1e9 });
  const found = await twins(adviser);
  noneIsBelow(t, found);
  // Orders in tag characters are gone when an alert is parsed: the word before them is all that is left.
  const unseen = found.filter(({ hostile, what }) => / everywhere: (?!salary )/.test(what) && !isSuspected(hostile));
  t.true(unseen.length <= 0.02 * COUNT, `${unseen.length} were not suspected`);
  t.true(found.every(({ hostile }) => hostile.humanReview || !isSuspected(hostile)));
  for (const { mark, foreign_texts: texts } of server.calls.map(questionOf))
    t.false(texts.some(({ text }) => text.includes(mark)));
});

test(`M-05 ${COUNT} hostile texts in every free-text field: no alert is lost (seed ${SEED})`, async (t) => {
  const world = await openWorld([{ from: 'beta/b1', to: 'a1', daysBefore: 2 }]);
  const triage = await startTriage(
    {
      maxConcurrentAlerts: 50,
      stageTimeoutSeconds: 30,
      maxRetries: 3,
      autoClearConfidence: 0.85,
      escalateL2Confidence: 0.7,
      riskHigh: 70,
      riskSevere: 85,
    },
    {
      ...enrichDeps(world),
      ledger: world.ledger,
      graph: world.graph,
      escalations: { escalated: async () => undefined },
      contentHash: canonicalAlertHash,
      clock: { nowMs: () => RAISED_MS },
      businessTime: { nowMs: () => RAISED_MS },
      sleep: new FakeSleep(30_000).sleep,
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
      onStage: () => undefined,
      onDecided: () => undefined,
    },
  );
  const ids = TEXTS.map((_, place) => `alert-${place}`);
  for (const [place, text] of TEXTS.entries()) {
    const type = TYPES[place % TYPES.length] ?? 'TRANSACTION';
    const alert = parseAlert(wireAlert(type, `alert-${place}`, everywhere(text)), RAISED_MS);
    t.is(await triage.submit(alert, 'tester'), 'accepted');
  }
  await triage.drained();
  for (const id of ids) {
    const decisions = await triage.reader.decisionsOf(asId(id), VIEWER);
    t.is(decisions.length, 1, id);
    t.false(decisions[0]?.emergency, id);
  }
  await triage.stop();
});
