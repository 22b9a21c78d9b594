import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import type { StreamTransfer } from '../../../node/triage/detectors/stream/flow.ts';
import { asId } from '../../../proto/domain/ids.ts';
import type { Planted } from './planted-stream.ts';

const DAY_MS = 86_400_000;

/** What one agency of a data set sees, and the labelled patterns all of whose transfers are among it. */
export type AgencyStream = { readonly transfers: readonly StreamTransfer[]; readonly whole: readonly Planted[] };

/** Every agency of a set; a pattern that several see whole is given to the first. */
export function agencyStreams(set: string, patterns: readonly Planted[]): readonly AgencyStream[] {
  const given = new Set<Planted>();
  return rowsOf(readFileSync(join(set, 'agencies.csv'), 'utf8')).map(({ agency_id = '' }) => {
    const transfers = transfersOf(join(set, 'agencies', agency_id, 'transfers.csv.gz'));
    const seen = new Set(transfers.map(({ edgeId }) => edgeId));
    const whole = patterns.filter((one) => !given.has(one) && one.transferIds.every((id) => seen.has(id)));
    for (const one of whole) given.add(one);
    return { transfers, whole };
  });
}

/** The labelled patterns of a set, by the ids of their transfers. */
export function labelledPatterns(set: string): readonly Planted[] {
  const ids = new Map<string, string[]>();
  for (const { pattern_id = '', tx_id = '' } of rowsOf(readFileSync(join(set, 'truth/transfers.csv'), 'utf8')))
    ids.set(pattern_id, [...(ids.get(pattern_id) ?? []), tx_id]);
  return rowsOf(readFileSync(join(set, 'truth/patterns.csv'), 'utf8')).map(({ pattern_id = '', type = '' }) => {
    return { typology: type, transferIds: ids.get(pattern_id) ?? [] };
  });
}

function transfersOf(file: string): readonly StreamTransfer[] {
  return rowsOf(gunzipSync(readFileSync(file)).toString('utf8')).map((row): StreamTransfer => {
    const atMs = Date.parse(`${row['booked_at']}T00:00:00Z`);
    return {
      edgeId: row['tx_id'] ?? '',
      from: asId(`account:${row['from_agency']}:${row['from_account']}`),
      to: asId(`account:${row['to_agency']}:${row['to_account']}`),
      amount: Number(row['amount_minor']),
      currency: row['currency'] ?? '',
      atMs,
      knownAtMs: atMs + DAY_MS,
    };
  });
}

function rowsOf(text: string): readonly Readonly<Record<string, string>>[] {
  return parse(text, { columns: true });
}

/**
 * Whether a labelled pattern has the shape of its name by its own transfers. Labels say how a gang meant it, and a set
 * of them may leave a "scatter-gather" with one account between, which is a collection and not that shape.
 */
export function hasItsShape({ transferIds, typology }: Planted, transfers: readonly StreamTransfer[]): boolean {
  const ids = new Set(transferIds);
  const own = transfers.filter(({ edgeId }) => ids.has(edgeId));
  const receiversOf = (key: string): Set<string> => new Set(own.filter(({ from }) => from === key).map(({ to }) => to));
  const sendersTo = (key: string): Set<string> => new Set(own.filter(({ to }) => to === key).map(({ from }) => from));
  const accounts = [...new Set(own.flatMap(({ from, to }) => [from, to]))];
  switch (typology) {
    case 'scatter_gather':
      return accounts.some((source) =>
        accounts.some((sink) => [...receiversOf(source)].filter((between) => sendersTo(sink).has(between)).length >= 2),
      );
    case 'gather_scatter':
      return accounts.some((key) => sendersTo(key).size >= 2 && receiversOf(key).size >= 2);
    case 'stack':
      return accounts.some((end) => {
        const layer = [...sendersTo(end)];
        return layer.some((one) =>
          layer.some((other) => {
            const common = [...sendersTo(one)].filter((payer) => sendersTo(other).has(payer));
            return one !== other && common.length >= 2;
          }),
        );
      });
    default:
      return true;
  }
}
