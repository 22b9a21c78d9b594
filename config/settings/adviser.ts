import { choice, integer, list, optional, text } from './kinds.ts';
import { setting } from './setting.ts';

/** What may advise: no model, or a model behind one of two protocols, or answers that were recorded. */
export const ADVISER_DRIVERS = ['auto', 'local', 'anthropic', 'openai-compatible', 'replay'] as const;

const MODEL_ID = /^[\w.:/@-]{1,128}$/;
const WEB_ADDRESS = /^https?:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/;

function model(agent: string, alias: string, does: string) {
  return setting(optional(text(MODEL_ID, 'id of a language model')), {
    default: null,
    description: `Model of the ${agent} agent: ${does}`,
    aliases: [alias],
  });
}

export const ADVISER_SETTINGS = {
  driver: setting(choice(ADVISER_DRIVERS), {
    default: 'auto',
    description:
      'Language model that advises. `auto`: by the key that is set, Anthropic first; without a key `local`, no model.',
  }),
  anthropicApiKey: setting(optional(text()), {
    default: null,
    description: 'Key of the Anthropic API. Once it is set, what triage has gathered on each alert goes there.',
    aliases: ['ANTHROPIC_API_KEY'],
    secret: true,
  }),
  anthropicBaseUrl: setting(text(WEB_ADDRESS, 'web address'), {
    default: 'https://api.anthropic.com',
    description: 'Where the Anthropic API answers.',
    aliases: ['ANTHROPIC_BASE_URL'],
  }),
  openaiApiKey: setting(optional(text()), {
    default: null,
    description: 'Key of an OpenAI-compatible server; servers that ask for none need `adviser.driver` instead.',
    aliases: ['OPENAI_API_KEY'],
    secret: true,
  }),
  openaiBaseUrl: setting(text(WEB_ADDRESS, 'web address'), {
    default: 'https://api.openai.com/v1',
    description: 'Where an OpenAI-compatible server answers, hosted or on a machine of the agency.',
    aliases: ['OPENAI_BASE_URL'],
  }),
  supervisorModel: model('Supervisor', 'SUPERVISOR_MODEL', 'stands in for every agent that names none of its own.'),
  dataEnrichmentModel: model('Data Enrichment', 'DATA_ENRICHMENT_MODEL', 'findings on gaps and contradictions.'),
  riskScoringModel: model('Risk Scoring', 'RISK_SCORING_MODEL', 'findings on what the score rests on.'),
  contextBuilderModel: model('Context Builder', 'CONTEXT_BUILDER_MODEL', 'the narrative.'),
  decisionMakerModel: model('Decision Maker', 'DECISION_MAKER_MODEL', 'a disposition, which may only raise.'),
  modelCacheDir: setting(optional(text()), {
    default: null,
    description: 'Folder of recorded answers: drivers look there before they ask and keep there what they were told.',
    aliases: ['MODEL_CACHE_DIR'],
  }),
  timeoutSeconds: setting(integer(1, 600), {
    default: 25,
    description: 'Longest that an alert waits for advice; past it the decision of the code stands alone.',
  }),
  concurrentCalls: setting(integer(1, 256), {
    default: 16,
    description: 'Calls to a language model at the same time.',
  }),
  tokensPerAlert: setting(integer(1_000, 1_000_000), {
    default: 40_000,
    description: 'Tokens, read and written, that advice on one alert may cost.',
  }),
  tokensPerDay: setting(integer(0, 1_000_000_000), {
    default: 20_000_000,
    description: 'Tokens that advice may cost in a day (UTC); when they are spent, code works alone.',
  }),
} as const;

export const EXTERNAL_DATA_SETTINGS = {
  apiUrl: setting(optional(text(WEB_ADDRESS, 'web address')), {
    default: null,
    description: 'Outside source of adverse media and corporate facts. Once it is set, names of customers go there.',
    aliases: ['EXTERNAL_DATA_API_URL'],
  }),
  apiKey: setting(optional(text()), {
    default: null,
    description: 'Key of that source.',
    aliases: ['EXTERNAL_DATA_API_KEY'],
    secret: true,
  }),
  egressAllow: setting(list(/^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\]):\d{1,5}$/i, 'list of host:port'), {
    default: [],
    description:
      'Where the node may fetch outside data from, as host:port; all else is refused, private addresses unless listed themselves.',
  }),
  timeoutSeconds: setting(integer(1, 60), {
    default: 5,
    description: 'Longest wait for the outside source; past it the decision is made without, and says so.',
  }),
} as const;
