import test from 'ava';
import { SWEEP_TYPOLOGIES } from '../../../../../config/typologies/sweep.ts';
import { collectHits } from '../../../../../node/triage/detectors/stream/collect-hits.ts';
import { sharedPath } from '../../../../tools/shared.ts';
import { judge, judgedLine } from '../../../../tools/typologies/judge.ts';
import { agencyStreams, hasItsShape, labelledPatterns } from '../../../../tools/typologies/labelled-patterns.ts';
import { PLANTED_TYPOLOGIES, plantedStream } from '../../../../tools/typologies/planted-stream.ts';

const SEED = 'planted-1';

test(`M-06 (planted) each detector finds nine of ten patterns in a quarter of ordinary life, seed ${SEED}`, (t) => {
  t.deepEqual(PLANTED_TYPOLOGIES.toSorted(), SWEEP_TYPOLOGIES.map(({ id }) => id).sort());
  const { planted, transfers } = plantedStream(SEED, 300, 10);
  for (const judged of judge(collectHits(SWEEP_TYPOLOGIES, transfers), planted)) {
    t.log(judgedLine(judged));
    t.true(judged.recall >= 0.9, judged.typology);
    t.true(judged.precision > 0, judged.typology);
  }
});

/** Labels whose patterns mostly have the shape; the set's stacks are chains, which other detectors show. */
const JUDGED = ['bipartite', 'cycle', 'fan_in', 'fan_out', 'gather_scatter', 'scatter_gather', 'stack'];

const set = sharedPath('data/federation5');
const title =
  'M-06 (labelled) patterns that an agency sees whole are found, nine of ten, at the precision that is told';
if (set === undefined) test.skip(`${title}: ../shared is absent`, () => {});
else {
  test(title, (t) => {
    const patterns = labelledPatterns(set);
    const streams = agencyStreams(set, patterns);
    const hits = streams.flatMap(({ transfers }, place) =>
      collectHits(SWEEP_TYPOLOGIES, transfers).map((hit) => ({ ...hit, hitId: `${place}/${hit.hitId}` })),
    );
    const whole = streams.flatMap((stream) => stream.whole);
    const shaped = streams.flatMap((stream) => stream.whole.filter((one) => hasItsShape(one, stream.transfers)));
    const ofAll = judge(hits, whole, patterns);
    const ofShaped = judge(hits, shaped, patterns).filter(({ typology }) => JUDGED.includes(typology));
    t.log(`of all ${whole.length} that one agency sees whole:`);
    for (const judged of ofAll) t.log(judgedLine(judged));
    t.log(`of the ${shaped.length} that have the shape of their label:`);
    for (const judged of ofShaped) t.log(judgedLine(judged));
    const mean = (rows: typeof ofAll, of: 'recall' | 'recallOfAny'): number =>
      rows.reduce((sum, row) => sum + row[of] * row.patterns, 0) / rows.reduce((sum, row) => sum + row.patterns, 0);
    t.true(mean(ofAll, 'recallOfAny') >= 0.9);
    t.true(mean(ofShaped, 'recall') >= 0.9);
  });
}
