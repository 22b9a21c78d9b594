import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { ConcordatError } from '../../proto/domain/errors.ts';

/** The closed set of values of each label. */
export type LabelSets = Readonly<Record<string, readonly string[]>>;

export type MetricFacts<Labels extends LabelSets> = {
  /** `concordat_…` with its unit; counters end in `_total`. */
  readonly name: string;
  readonly help: string;
  /** Values outside the set are counted as `other`, so that nothing that a caller sends can grow a series. */
  readonly labels: Labels;
};
type Chosen<Labels extends LabelSets> = { readonly [Label in keyof Labels]: string };

export type CounterMetric<Labels extends LabelSets> = { add(labels: Chosen<Labels>, count?: number): void };
export type GaugeMetric<Labels extends LabelSets> = { set(labels: Chosen<Labels>, value: number): void };
export type HistogramMetric<Labels extends LabelSets> = { observe(labels: Chosen<Labels>, value: number): void };

/** Where the parts of a program put their figures. One a process; handed on, never global. */
export interface Metrics {
  /** @throws METRICS_NAME */
  counter<const Labels extends LabelSets>(facts: MetricFacts<Labels>): CounterMetric<Labels>;
  gauge<const Labels extends LabelSets>(facts: MetricFacts<Labels>): GaugeMetric<Labels>;
  /** A gauge without labels whose value is asked for at each scrape. */
  watch(facts: Omit<MetricFacts<LabelSets>, 'labels'>, read: () => number): void;
  /** Seconds, or bytes where the name says so; buckets rising. */
  histogram<const Labels extends LabelSets>(
    facts: MetricFacts<Labels>,
    buckets: readonly number[],
  ): HistogramMetric<Labels>;
  /** The Prometheus text form. */
  text(): Promise<string>;
  readonly contentType: string;
}

const NAME = /^concordat_[a-z][a-z0-9_]*$/;

/** Metrics of one process; with `process`, also its memory, event-loop lag and file handles. */
export function createMetrics(options: { process: boolean }): Metrics {
  const registry = new Registry();
  if (options.process) collectDefaultMetrics({ register: registry, prefix: 'concordat_' });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    counter(facts) {
      if (!facts.name.endsWith('_total')) throw badName(facts.name);
      const counter = new Counter({ ...checked(facts), registers: [registry] });
      return { add: (labels, count = 1) => counter.inc(closed(facts.labels, labels), count) };
    },
    gauge(facts) {
      const gauge = new Gauge({ ...checked(facts), registers: [registry] });
      return { set: (labels, value) => gauge.set(closed(facts.labels, labels), value) };
    },
    watch(facts, read) {
      const collect = function collect(this: Gauge): void {
        this.set(read());
      };
      registry.registerMetric(new Gauge({ ...checked({ ...facts, labels: {} }), registers: [], collect }));
    },
    histogram(facts, buckets) {
      const histogram = new Histogram({ ...checked(facts), buckets: [...buckets], registers: [registry] });
      return { observe: (labels, value) => histogram.observe(closed(facts.labels, labels), value) };
    },
  };
}

function checked(facts: MetricFacts<LabelSets>): { name: string; help: string; labelNames: string[] } {
  if (!NAME.test(facts.name) || facts.help.trim() === '') throw badName(facts.name);
  return { name: facts.name, help: facts.help, labelNames: Object.keys(facts.labels) };
}

function badName(name: string): ConcordatError {
  return new ConcordatError('METRICS_NAME', `metric ${name} breaks the naming rules`, { detail: { metric: name } });
}

function closed(sets: LabelSets, labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(sets).map(([label, values]) => {
      const value = labels[label] ?? 'other';
      return [label, values.includes(value) ? value : 'other'];
    }),
  );
}
