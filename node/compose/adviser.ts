import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS } from '../../config/settings/limits.ts';
import type { NodeSettings } from '../../config/settings/node-table.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Clock, Log, RandomBytes } from '../../proto/domain/runtime.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Adviser, LOCAL_ADVISER } from '../triage/advice/adviser.ts';
import { plannedCalls } from '../triage/advice/agents.ts';
import type { ChatModel } from '../triage/advice/chat-model.ts';
import { ModelAdviser } from '../triage/advice/model-adviser.ts';
import { loadPrompts } from '../triage/advice/prompt-files.ts';
import { TokenBudget } from '../triage/advice/token-budget.ts';
import { tokenLedger } from '../triage/advice/token-ledger.ts';
import { hostAndPort, type Resolve } from '../triage/egress/guard.ts';
import { guardedPost } from '../triage/egress/http-post.ts';
import { anthropicModel } from '../triage/models/anthropic.ts';
import type { Exchange } from '../triage/models/exchange.ts';
import { httpExchange } from '../triage/models/http-exchange.ts';
import { ANTHROPIC_FALLBACK } from '../triage/models/known-models.ts';
import { openaiCompatibleModel } from '../triage/models/openai-compatible.ts';
import { recordingExchange, replayExchange } from '../triage/models/recordings.ts';
import {
  type AdviserSettings,
  adviserWarnings,
  type Driver,
  missingSetting,
  modelsOf,
  namesOpenai,
} from './adviser-settings.ts';

export type ComposeAdviserDeps = {
  readonly ledger: Ledger;
  readonly system: Viewer;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** Resolves names of model servers and outside sources. */
  readonly resolve?: Resolve;
};

/** The adviser of a node and what speaks against its settings, a line each. */
export type ComposedAdviser = { readonly adviser: Adviser; readonly warnings: readonly string[] };

/**
 * Builds the adviser that the settings ask for; without a key it is the local one, which reads no prompt and opens
 * nothing. Calls nobody before the first alert.
 * @throws ADVISER_PROMPT where a model would be asked and a prompt file is not the manifest's
 */
export function composeAdviser({ adviser: settings }: NodeSettings, deps: ComposeAdviserDeps): ComposedAdviser {
  const driver = chosenDriver(settings);
  const models = modelsOf(settings);
  const speaksAnthropic = driver === 'anthropic' || (driver === 'replay' && !namesOpenai(settings));
  const calls = plannedCalls(models, speaksAnthropic ? ANTHROPIC_FALLBACK : null);
  const warnings = adviserWarnings(driver, settings, calls.length, deps.clock);
  for (const warning of warnings) deps.log.warn({ warning }, 'adviser settings');
  if (driver === 'local' || calls.length === 0 || missingSetting(driver, settings) !== undefined)
    return { adviser: LOCAL_ADVISER, warnings };
  const adviser = new ModelAdviser(
    {
      driver,
      calls,
      timeoutMs: settings.timeoutSeconds * 1_000,
      concurrentCalls: settings.concurrentCalls,
      tokensPerAlert: settings.tokensPerAlert,
      tokensPerDay: settings.tokensPerDay,
    },
    {
      ...deps,
      model: modelOf(driver, speaksAnthropic, settings, deps),
      prompts: loadPrompts(),
      budget: new TokenBudget(settings.tokensPerDay, {
        store: tokenLedger(deps.ledger, deps.system),
        clock: deps.clock,
      }),
      sleep: (durationMs, signal) => sleep(durationMs, undefined, { signal }),
    },
  );
  return { adviser, warnings };
}

function chosenDriver({ anthropicApiKey, driver, openaiApiKey }: AdviserSettings): Driver {
  if (driver !== 'auto') return driver;
  if (anthropicApiKey !== null) return 'anthropic';
  return openaiApiKey === null ? 'local' : 'openai-compatible';
}

function modelOf(
  driver: Driver,
  speaksAnthropic: boolean,
  settings: AdviserSettings,
  deps: ComposeAdviserDeps,
): ChatModel {
  const exchange =
    driver === 'replay' ? replayExchange(settings.modelCacheDir ?? '') : recorded(speaksAnthropic, settings, deps);
  const { anthropicApiKey, openaiApiKey } = settings;
  return speaksAnthropic ? anthropicModel(exchange, anthropicApiKey) : openaiCompatibleModel(exchange, openaiApiKey);
}

function recorded(speaksAnthropic: boolean, settings: AdviserSettings, deps: ComposeAdviserDeps): Exchange {
  const { anthropicBaseUrl, modelCacheDir, openaiBaseUrl } = settings;
  const base = speaksAnthropic ? anthropicBaseUrl : openaiBaseUrl;
  // The operator has named this host for this purpose, also where it is a machine of the agency's own.
  const rules = { allow: new Set([hostAndPort(new URL(base))]), privateToo: true };
  const post = guardedPost(rules, deps.resolve ?? resolveByDns, LIMITS.adviserReplyBytes);
  const live = httpExchange(base, {
    post,
    clock: deps.clock,
    sleep: (durationMs, signal) => sleep(durationMs, undefined, { signal }),
  });
  return modelCacheDir === null ? live : recordingExchange(modelCacheDir, live);
}

/** The system's own resolver. */
export const resolveByDns: Resolve = (host, options) => lookup(host, { ...options, all: true });
