import { SWEEP_TYPOLOGIES } from '../../config/typologies/sweep.ts';
import { DetectorStream } from '../../node/triage/detectors/stream/detector-stream.ts';
import type { StreamTransfer } from '../../node/triage/detectors/stream/flow.ts';
import { sharedPath } from '../tools/shared.ts';
import { agencyStreams } from '../tools/typologies/labelled-patterns.ts';
import { plantedStream } from '../tools/typologies/planted-stream.ts';
import type { BenchRow } from './bench-row.ts';
import { plainSinglePass } from './plain-detectors.ts';

/** The best of so many, each over all streams: what the machine does besides only slows. */
const ROUNDS = 3;

/** Transfers a second of one core through all detectors, beside a plain pass that knows four of them. */
export async function run(): Promise<readonly BenchRow[]> {
  const set = sharedPath('data/federation5');
  const streams =
    set === undefined
      ? [plantedStream('bench', 3_000, 20).transfers]
      : agencyStreams(set, []).map(({ transfers }) => transfers);
  const value = perSecond(streams, (transfers) => {
    let hits = 0;
    const stream = new DetectorStream(SWEEP_TYPOLOGIES, () => {
      hits += 1;
    });
    for (const transfer of transfers) stream.feed(transfer);
    stream.flush();
    return hits;
  });
  const anchor = perSecond(streams, plainSinglePass);
  return [
    {
      what: `detectors: transfers through all ${SWEEP_TYPOLOGIES.length}`,
      value,
      unit: 'transfers/s·core',
      target: '>= 20,000',
      anchor: { what: 'plain pass of fan-in, fan-out, pass-through, cycles <= 4', value: anchor },
    },
  ];
}

function perSecond(
  streams: readonly (readonly StreamTransfer[])[],
  work: (transfers: readonly StreamTransfer[]) => number,
): number {
  const transfers = streams.reduce((sum, stream) => sum + stream.length, 0);
  let best = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    const hits = streams.reduce((sum, stream) => sum + work(stream), 0);
    const { system, user } = process.cpuUsage(before);
    if (hits === 0) throw new Error('no detector has found anything');
    best = Math.max(best, (transfers / (system + user)) * 1_000_000);
  }
  return best;
}
