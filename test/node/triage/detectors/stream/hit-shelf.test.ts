import test from 'ava';
import { HitShelf, newestFirst, strongestFirst } from '../../../../../node/triage/detectors/stream/hit-shelf.ts';
import type { OpenHit } from '../../../../../node/triage/detectors/stream/open-hits.ts';

function hit(hitId: string, strength: number, lastMs = 0): OpenHit {
  return { hitId, typology: 'any', centre: null, flows: new Set(), strength, lastMs };
}

test('of too many hits the weakest go, and their number is told', (t) => {
  const shelf = new HitShelf(3, strongestFirst);
  for (let place = 0; place < 10; place += 1) shelf.put(hit(`h${place}`, (place + 1) / 10));
  t.deepEqual(
    shelf.hits().map(({ hitId }) => hitId),
    ['h9', 'h8', 'h7'],
  );
  t.is(shelf.leftOut, 7);
});

test('a hit that grows is one hit', (t) => {
  const shelf = new HitShelf(3, newestFirst);
  shelf.put(hit('old', 1, 1));
  shelf.put(hit('new', 0.1, 2));
  shelf.put(hit('old', 1, 3));
  t.deepEqual(
    shelf.hits().map(({ hitId }) => hitId),
    ['old', 'new'],
  );
  t.is(shelf.leftOut, 0);
});
