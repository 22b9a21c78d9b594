import { TYPOLOGIES } from '../../../config/typologies/reference.ts';
import type { AlertId } from '../../../proto/domain/ids.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { GraphStore } from '../../graph/graph-store.ts';
import { detect } from '../detectors/detect.ts';
import { triageRefusal } from '../errors.ts';
import type { TriageReader } from '../reader.ts';
import { readSubject } from '../stages/enrich.ts';
import { classifierValues, classifyTypology, type TypologyFit } from './classify.ts';
import { referenceClassifier } from './reference-classifier.ts';

export type TypologyDeskDeps = {
  readonly agency: string;
  readonly graph: GraphStore;
  readonly reader: Pick<TriageReader, 'alert'>;
};

/** What an alert was classified as, and by which model. */
export type Classification = {
  readonly model: string;
  readonly metrics: Readonly<Record<string, number>>;
  /** Best first; empty where the alert is about no account that is known. */
  readonly fits: readonly TypologyFit[];
};

/** Classifies alerts by what was known when they were raised, as far as the viewer sees it. */
export class TypologyDesk {
  readonly #deps: TypologyDeskDeps;

  constructor(deps: TypologyDeskDeps) {
    this.#deps = deps;
  }

  /** @throws TRIAGE_UNKNOWN */
  async classify(alertId: AlertId, viewer: Viewer): Promise<Classification> {
    const { agency, graph, reader } = this.#deps;
    const held = await reader.alert(alertId, viewer);
    if (held === undefined) throw triageRefusal('TRIAGE_UNKNOWN');
    const artefact = referenceClassifier();
    const head = { model: `${artefact.name}/${artefact.version}`, metrics: artefact.training.metrics };
    const neighbourhood = await readSubject({ agency, graph, viewer }, held.alert, held.alert.raisedAtMs);
    if (neighbourhood === undefined) return { ...head, fits: [] };
    const hits = detect(neighbourhood, TYPOLOGIES);
    return { ...head, fits: classifyTypology(artefact, classifierValues(neighbourhood, hits), hits) };
  }
}
