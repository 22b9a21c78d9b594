import test from 'ava';
import { canSee, combineMarkings, MOST_RESTRICTIVE, type Marking, type Viewer } from '../../../proto/domain/marking.ts';

const OPEN: Marking = { tlp: 'GREEN', classification: 'RESTRICTED', compartments: [], groups: [] };
const ANALYST: Viewer = {
  name: 'ann',
  agency: 'one',
  role: 'analyst',
  clearance: 'CONFIDENTIAL',
  compartments: ['fraud'],
  groups: ['north'],
};

test('a viewer reads at or below the own clearance and not above', (t) => {
  t.true(canSee(ANALYST, OPEN));
  t.true(canSee(ANALYST, { ...OPEN, classification: 'CONFIDENTIAL' }));
  t.false(canSee(ANALYST, { ...OPEN, classification: 'SECRET' }));
});

test('every compartment must be held, and one of the groups', (t) => {
  t.true(canSee(ANALYST, { ...OPEN, compartments: ['fraud'] }));
  t.false(canSee(ANALYST, { ...OPEN, compartments: ['fraud', 'terror'] }));
  t.true(canSee(ANALYST, { ...OPEN, groups: ['north', 'south'] }));
  t.false(canSee(ANALYST, { ...OPEN, groups: ['south'] }));
});

test('the most restrictive marking is seen by no person, whatever the clearance', (t) => {
  t.false(canSee({ ...ANALYST, role: 'admin', clearance: 'TOP_SECRET' }, MOST_RESTRICTIVE));
  t.true(canSee({ ...ANALYST, role: 'system' }, MOST_RESTRICTIVE));
});

test('a combined marking is never wider than either part', (t) => {
  const viewers = (['analyst', 'admin'] as const).flatMap((role) =>
    (['RESTRICTED', 'SECRET'] as const).flatMap((clearance) =>
      [[], ['north'], ['south'], ['north', 'south']].map((groups): Viewer => ({ ...ANALYST, role, clearance, groups })),
    ),
  );
  const markings: Marking[] = [
    OPEN,
    { ...OPEN, classification: 'SECRET', groups: ['north'] },
    { ...OPEN, compartments: ['fraud'], groups: ['south'] },
    { ...OPEN, tlp: 'RED' },
  ];
  for (const one of markings) {
    for (const other of markings) {
      const both = combineMarkings(one, other);
      for (const viewer of viewers) {
        t.false(canSee(viewer, both) && !(canSee(viewer, one) && canSee(viewer, other)));
      }
    }
  }
  t.is(combineMarkings(OPEN, { ...OPEN, tlp: 'RED' }).tlp, 'RED');
});
