import test from 'ava';
import * as fc from 'fast-check';
import { surprise } from '../../../../node/entities/links/chance.ts';
import { type Shared, weighLink } from '../../../../node/entities/links/weigh-link.ts';
import { linkModel } from '../../../../node/entities/models/artefacts.ts';
import { isRefusal } from '../../../../proto/domain/errors.ts';

const MODEL = linkModel();
const NOTHING: Shared = {
  identifiers: [],
  counterparties: { keys: [], expected: 0, compared: 0 },
  transferIds: [],
};
const phone = (holders: number): Shared['identifiers'][number] => ({ kind: 'phone', key: 'phone:one:x', holders });

test('M-12 what is shared speaks the less the more have it, and a hub not at all', (t) => {
  const confidences = [2, 3, 5, 8, 100].map(
    (holders) => weighLink(MODEL, { ...NOTHING, identifiers: [phone(holders)] }).confidence,
  );
  t.deepEqual(
    confidences.map((confidence) => Number(confidence.toFixed(4))),
    [0.6, 0.3, 0.15, 0, 0],
  );
});

test('M-12 each reason has its own confidence and names what it rests on; together they are surer', (t) => {
  const shared: Shared = {
    identifiers: [phone(2), { kind: 'address', key: 'address:one:y', holders: 3 }],
    counterparties: { keys: ['account:two:a', 'account:two:b', 'account:two:c'], expected: 0.001, compared: 20 },
    transferIds: ['t1'],
  };
  const { confidence, reasons } = weighLink(MODEL, shared);
  t.deepEqual(
    reasons.map(({ count, kind }) => `${kind} ${count}`),
    ['counterparties 3', 'phone 2', 'address 3', 'transfers 1'],
  );
  t.true(reasons.every((reason) => reason.elements.length > 0 && reason.confidence < confidence));
  t.true(confidence < 1);
});

test('M-12 counterparties count beyond chance only, corrected for how many pairs were compared', (t) => {
  const of = (expected: number, compared: number): number =>
    weighLink(MODEL, { ...NOTHING, counterparties: { keys: ['a', 'b', 'c'], expected, compared } }).confidence;
  t.is(of(3, 1), 0);
  t.true(of(0.001, 1) > of(0.001, 100) && of(0.001, 100) > 0);
});

test('M-12 the surprise is the logarithm of the Poisson tail', (t) => {
  // P(X >= 3) at 0.5 = 1 - e^-0.5 (1 + 0.5 + 0.125); at 20 nearly 1.
  t.true(Math.abs(surprise(3, 0.5) + Math.log10(1 - Math.exp(-0.5) * 1.625)) < 1e-12);
  t.true(surprise(3, 20) < 1e-6);
  t.is(surprise(0, 0), 0);
});

test('M-12 the surprise rises with the count, falls with what chance gives, and is finite', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0, max: 50, noNaN: true }), (count, expected) => {
      const here = surprise(count, expected);
      return (
        Number.isFinite(here) && surprise(count + 1, expected) >= here && surprise(count, expected + 1) <= here + 1e-9
      );
    }),
    { seed: 20 },
  );
  t.pass();
});

test('S0-03 the link model is a versioned artefact, refused where it does not follow its schema', (t) => {
  t.is(`${MODEL.name}/${MODEL.version}`, 'links/1');
  const refusal = t.throws(() => linkModel({ ...MODEL, hubHolders: 1 }));
  t.true(isRefusal(refusal, 'ENTITY_MODEL') && refusal.detail['field'] === 'hubHolders');
});
