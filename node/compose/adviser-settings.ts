import type { NodeSettings } from '../../config/settings/node-table.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import type { AgentModels } from '../triage/advice/agents.ts';
import { modelWarning } from '../triage/models/known-models.ts';

export type AdviserSettings = NodeSettings['adviser'];
export type Driver = Exclude<AdviserSettings['driver'], 'auto'>;

/** The model that each agent is to have, as set. */
export function modelsOf(settings: AdviserSettings): AgentModels {
  return {
    supervisor: settings.supervisorModel,
    data_enrichment: settings.dataEnrichmentModel,
    risk_scoring: settings.riskScoringModel,
    context_builder: settings.contextBuilderModel,
    decision_maker: settings.decisionMakerModel,
  };
}

/** Whether an OpenAI-compatible server is the only one that a key is set for. */
export function namesOpenai({ anthropicApiKey, openaiApiKey }: AdviserSettings): boolean {
  return openaiApiKey !== null && anthropicApiKey === null;
}

/** Which setting the driver cannot work without and does not have; undefined when nothing is missing. */
export function missingSetting(driver: Driver, settings: AdviserSettings): string | undefined {
  if (driver === 'anthropic' && settings.anthropicApiKey === null) return 'adviser.anthropic_api_key';
  return driver === 'replay' && settings.modelCacheDir === null ? 'adviser.model_cache_dir' : undefined;
}

/** What speaks against the settings of the adviser, a line each. @param calls that an alert would cost */
export function adviserWarnings(
  driver: Driver,
  settings: AdviserSettings,
  calls: number,
  clock: Clock,
): readonly string[] {
  return [...settingWarnings(driver, settings, calls), ...modelWarnings(driver, settings, clock)];
}

function settingWarnings(driver: Driver, settings: AdviserSettings, calls: number): readonly string[] {
  const missing = missingSetting(driver, settings);
  const named = Object.values(modelsOf(settings)).some((model) => model !== null);
  return [
    ...(driver === 'local' && named ? ['models are named and no key is set: the local driver writes alone'] : []),
    ...(missing === undefined ? [] : [`${missing} is not set: the local driver writes alone`]),
    ...(driver !== 'local' && calls === 0 ? ['no model is named: the local driver writes alone'] : []),
  ];
}

/** Servers of other makes name their models as they like; only Anthropic's ids can be judged. */
function modelWarnings(driver: Driver, settings: AdviserSettings, clock: Clock): readonly string[] {
  if (driver === 'openai-compatible' || namesOpenai(settings)) return [];
  return Object.entries(modelsOf(settings)).flatMap(([agent, model]) => {
    const warning = model === null ? undefined : modelWarning(model, clock.nowMs());
    return warning === undefined ? [] : [`${agent} model ${model}: ${warning}`];
  });
}
