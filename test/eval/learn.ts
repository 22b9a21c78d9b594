import { writeFileSync } from 'node:fs';
import { rowDigest } from '../../node/triage/learning/case-row.ts';
import type { Truth } from '../demo/truth.ts';
import type { AgencyNode } from '../tools/federation/agency-node.ts';

type Estimate = { readonly value: number; readonly low: number; readonly high: number };

/** What `model train` and `model show` say of a comparison, as far as it is looked at here. */
type Compared = {
  readonly model: string;
  readonly comparison: {
    readonly rows: number;
    readonly positives: number;
    readonly against: string;
    readonly gain: { readonly average_precision: Estimate };
  } | null;
};

/** How an agency learnt from the first half, by its own commands. */
export type Learnt = {
  readonly agency: string;
  readonly outcomes: number;
  readonly positives: number;
  /** null where the product refused: the model before stays. */
  readonly model: string | null;
  readonly comparison: Compared['comparison'];
  readonly approved: boolean;
};

/** A node and the alerts that it has decided: one agency's, or in the pool every agency's. */
export type Learner = { readonly node: AgencyNode; readonly agencies: readonly string[] };

/**
 * Enters the outcomes of all that a node has decided, trains, and has a second person approve unless the comparison says
 * that the candidate is worse.
 */
export async function learn({ agencies, node }: Learner, truth: Truth): Promise<Learnt> {
  const decided = await decidedBy(node);
  const lines = outcomeLines(agencies, truth, (alertId) => decided.has(alertId));
  const path = `${node.home}.outcomes.jsonl`;
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await node.json(['outcomes', 'import', path]);
  const positives = lines.filter(({ outcome }) => outcome === 'TRUE_POSITIVE').length;
  const entered = { agency: node.agencyId, outcomes: lines.length, positives };
  const trained = await trainedOrRefused(node);
  if (trained === null) return { ...entered, model: null, comparison: null, approved: false };
  const { comparison, model } = trained;
  const isWorse = comparison !== null && comparison.gain.average_precision.high < 0;
  if (!isWorse) {
    const words = ['model', 'approve', model, ...(comparison === null ? ['--uncompared'] : [])];
    await node.json(words, await node.secondPerson());
  }
  return { ...entered, model, comparison, approved: !isWorse };
}

type OutcomeLine = { readonly alert_id: string; readonly outcome: 'TRUE_POSITIVE' | 'FALSE_POSITIVE' };

function outcomeLines(
  agencies: readonly string[],
  truth: Truth,
  takes: (alertId: string) => boolean,
): readonly OutcomeLine[] {
  const lines: OutcomeLine[] = [];
  for (const [key, { isTrue }] of truth.alerts) {
    const [agency = '', alertId = ''] = key.split('/');
    if (agencies.includes(agency) && takes(alertId))
      lines.push({ alert_id: alertId, outcome: isTrue ? 'TRUE_POSITIVE' : 'FALSE_POSITIVE' });
  }
  return lines;
}

async function decidedBy(node: AgencyNode): Promise<ReadonlySet<string>> {
  const text = await node.text(['decisions', 'export']);
  const lines = text.split('\n').filter((line) => line !== '');
  return new Set(lines.map((line) => (JSON.parse(line) as { readonly alert_id: string }).alert_id));
}

async function trainedOrRefused(node: AgencyNode): Promise<Compared | null> {
  try {
    return await node.json<Compared>(['model', 'train']);
  } catch (error) {
    if (String(error).includes('TRIAGE_MODEL_ROWS')) return null;
    throw error;
  }
}

/**
 * Refuses an evaluation in which a model of a node was trained on an alert that counts.
 * @throws naming the model
 */
export async function assertUnseen({ agencies, node }: Learner, truth: Truth): Promise<void> {
  const scored = new Set<string>();
  for (const [key, { half }] of truth.alerts) {
    const [agency = '', alertId = ''] = key.split('/');
    if (half === '2' && agencies.includes(agency)) {
      scored.add(rowDigest(agency, alertId));
      scored.add(rowDigest(node.agencyId, alertId));
    }
  }
  for (const { model, state } of await modelsOf(node)) {
    if (state === 'candidate') continue;
    const { artefact } = await node.rest.get<{ readonly artefact: string }>(`/api/v1/models/${model}/artefact`);
    const { training } = JSON.parse(artefact) as { readonly training: { readonly rowDigests: readonly string[] } };
    if (training.rowDigests.some((digest) => scored.has(digest)))
      throw new Error(`${model} of ${node.agencyId} was trained on alerts of the second half`);
  }
}

export type ReliabilityBin = { readonly rows: number; readonly said: number; readonly seen: Estimate };
type Clearing = { readonly clear_below: number; readonly cleared: Estimate; readonly missed: Estimate };

/** What the product says of its model's probabilities once the second half's outcomes are known too. */
export type Reliability = {
  readonly agency: string;
  readonly model: string;
  readonly proposed: Clearing;
  readonly present: Clearing | null;
  readonly reliability: readonly ReliabilityBin[];
};

/** Enters all outcomes, after the last decision, and asks for the reliability curve. Changes no decision any more. */
export async function reliabilityOf({ agencies, node }: Learner, truth: Truth): Promise<Reliability | null> {
  const lines = outcomeLines(agencies, truth, () => true);
  const path = `${node.home}.outcomes.jsonl`;
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await node.json(['outcomes', 'import', path]);
  const model = (await modelsOf(node)).find(({ state }) => state === 'active')?.model ?? '';
  // Without rows of its own a model has seen none, and its curve would be of the first half too.
  if (model === 'guide/1') return null;
  const { proposal } = await node.json<{ readonly proposal: Omit<Reliability, 'agency'> }>([
    'model',
    'thresholds',
    model,
  ]);
  return { ...proposal, agency: node.agencyId };
}

async function modelsOf(node: AgencyNode): Promise<readonly { readonly model: string; readonly state: string }[]> {
  const { items } = await node.rest.get<{ items: readonly { model: string; state: string }[] }>('/api/v1/models');
  return items;
}
