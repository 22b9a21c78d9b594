import test, { type ExecutionContext } from 'ava';
import { buildScreeningIndex } from '../../../node/screening/screening-index.ts';
import {
  cpuMs,
  f1Of,
  found,
  listedEntries,
  namePairs,
  peopleOf,
  screeningSets,
  takesForOne,
} from '../../tools/screening-sets.ts';

const sets = screeningSets();
const maybe = sets === undefined ? test.skip : test;
/** Strangers are many; so many of them are enough for the fast suite, `npm run bench screening` takes all. */
const STRANGERS_STEP = 16;
const TIMEOUT_MS = 120_000;
/** The machine is shared: of several rounds the least disturbed says what a pair costs. */
const ROUNDS = 10;

type Sets = NonNullable<typeof sets>;

maybe(
  'M-02 names: F1 at one threshold .80 and more, per class, at 100 us a pair; sanctions: listed people found at .95 and more with false hits of .001 and less, at 300 queries a second and more (../shared/data/name-bench, screening-bench)',
  async (t) => {
    t.timeout(TIMEOUT_MS);
    const given = sets ?? t.fail() ?? ({} as Sets);
    checkNames(t, given);
    await checkSanctions(t, given);
  },
);

function checkNames(t: ExecutionContext, given: Sets): void {
  const pairs = namePairs(given);
  const judge = () => pairs.map((pair) => ({ ...pair, found: takesForOne(pair) }));
  const judged = judge();
  for (const schema of new Set(pairs.map((pair) => pair.schema))) {
    const ofClass = judged.filter((pair) => pair.schema === schema);
    t.log(`${schema}: F1 ${f1Of(ofClass).toFixed(3)} on ${ofClass.length} pairs`);
  }
  const strong = judged.filter(({ quality }) => quality === 'STRONG');
  const strongRight = strong.filter((pair) => pair.found === pair.isMatch).length / strong.length;
  const costUs = (Math.min(...Array.from({ length: ROUNDS }, () => cpuMs(judge))) * 1_000) / pairs.length;
  t.log(`all: F1 ${f1Of(judged).toFixed(3)}, strong ${strongRight.toFixed(3)}, ${costUs.toFixed(0)} us a pair`);
  t.true(f1Of(judged) >= 0.88);
  t.true(strongRight >= 0.98);
  t.true(costUs <= 100);
}

async function checkSanctions(t: ExecutionContext, given: Sets): Promise<void> {
  const index = buildScreeningIndex(await listedEntries(given));
  let [queries, spentMs] = [0, 0];
  const shareFound = (people: Parameters<typeof found>[1], listName?: string): number => {
    let count = 0;
    spentMs += cpuMs(() => (count = found(index, people, listName).length));
    queries += people.length;
    return count / people.length;
  };
  // What is compiled by then says nothing of the pace.
  found(index, peopleOf(given, 'positives_un_untreated'));
  for (const file of ['positives_un_untreated', 'positives_un_treated']) {
    const recall = shareFound(peopleOf(given, file), 'UN');
    t.log(`${file}: recall ${recall.toFixed(4)}`);
    t.true(recall >= 0.98, file);
  }
  const strangers = ['negatives_us', 'negatives_global'].flatMap((file) =>
    peopleOf(given, file).filter((_, place) => place % STRANGERS_STEP === 0),
  );
  const falseHits = shareFound(strangers);
  const perSecond = (queries / spentMs) * 1_000;
  t.log(`false hits ${falseHits.toFixed(5)} of ${strangers.length}; ${perSecond.toFixed(0)} queries a second and core`);
  t.true(falseHits <= 0.001);
  t.true(perSecond >= 300);
}
