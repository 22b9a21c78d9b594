import type { Metrics } from '../../config/runtime/metrics.ts';
import { ENVELOPE_KINDS, type EnvelopeKind } from '../../proto/domain/envelope.ts';
import { COORDINATOR_ERRORS } from '../errors.ts';
import type { Consequence } from '../indicators/indicator-desk.ts';

/** What the intake of objects counts. */
export type IngestMetrics = {
  taken(kind: EnvelopeKind): void;
  refused(code: string): void;
  flagsJoined(consequence: Pick<Consequence, 'opened' | 'withdrawn' | 'faulty'>): void;
};

export function ingestMetrics(metrics: Metrics): IngestMetrics {
  const taken = metrics.counter({
    name: 'concordat_coordinator_objects_taken_total',
    help: 'Signed objects that are durable here, by kind.',
    labels: { kind: ENVELOPE_KINDS },
  });
  const refused = metrics.counter({
    name: 'concordat_coordinator_objects_refused_total',
    help: 'Signed objects that were refused, by code.',
    labels: { code: Object.keys(COORDINATOR_ERRORS) },
  });
  const opened = metrics.counter({
    name: 'concordat_coordinator_indicators_opened_total',
    help: 'Flags that k corporate groups opened.',
    labels: {},
  });
  const faulty = metrics.counter({
    name: 'concordat_coordinator_flags_faulty_total',
    help: 'Agencies found with a share or part that does not fit, once per batch.',
    labels: {},
  });
  return {
    taken: (kind) => taken.add({ kind }),
    refused: (code) => refused.add({ code }),
    flagsJoined: (consequence) => {
      opened.add({}, consequence.opened);
      faulty.add({}, consequence.faulty.length);
    },
  };
}
