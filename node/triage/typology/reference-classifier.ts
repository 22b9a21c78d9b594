import reference from './reference-classifier.json' with { type: 'json' };
import { type ClassifierArtefact, parseClassifier } from './classifier-artefact.ts';

/** The classifier that the project ships: trained on synthetic data, see its `training`. */
export function referenceClassifier(): ClassifierArtefact {
  return parseClassifier(reference);
}
