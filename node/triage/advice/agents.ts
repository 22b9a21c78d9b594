/** The five agents of the reference guide. */
export const AGENTS = ['supervisor', 'data_enrichment', 'risk_scoring', 'context_builder', 'decision_maker'] as const;
export type Agent = (typeof AGENTS)[number];

/** What each agent that writes adds to an answer; the supervisor is code and writes nothing. */
export const PARTS = {
  data_enrichment: 'data_findings',
  risk_scoring: 'risk_findings',
  context_builder: 'narrative',
  decision_maker: 'suggestion',
} as const satisfies Partial<Record<Agent, string>>;
export type WritingAgent = keyof typeof PARTS;
export const WRITING_AGENTS = Object.keys(PARTS) as readonly WritingAgent[];

/** Model of each agent; null where none is named. */
export type AgentModels = Readonly<Record<Agent, string | null>>;

/** One call to a model, for all the agents that it plays. */
export type PlannedCall = { readonly model: string; readonly agents: readonly WritingAgent[] };

/**
 * As few calls as there are models: agents of one model write in one answer. The supervisor's model stands in for every
 * agent that names none, and after it the driver's own.
 */
export function plannedCalls(models: AgentModels, fallback: string | null): readonly PlannedCall[] {
  const calls = new Map<string, WritingAgent[]>();
  for (const agent of WRITING_AGENTS) {
    const model = models[agent] ?? models.supervisor ?? fallback;
    if (model !== null) calls.set(model, [...(calls.get(model) ?? []), agent]);
  }
  return [...calls].map(([model, agents]) => ({ model, agents }));
}
