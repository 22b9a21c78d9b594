import test from 'ava';
import { assessMatch, type MatchQuestion } from '../../../../node/triage/listed/assess-match.ts';

const SAME: MatchQuestion = {
  nameScore: 1,
  entityType: 'INDIVIDUAL',
  dateOfBirth: '1960-04-20',
  countries: ['SY', 'NL'],
  listedDates: ['1960-04-20'],
  listedCountries: ['SY'],
};
const verdict = (change: Partial<MatchQuestion>): string => assessMatch({ ...SAME, ...change }).verdict;

test('name, date of birth and country together confirm', (t) => {
  t.is(verdict({}), 'confirmed');
  t.is(assessMatch(SAME).strength, 1);
});

test('a name alone never confirms a person, however equal', (t) => {
  t.is(verdict({ dateOfBirth: null, listedCountries: [] }), 'possible');
  t.is(verdict({ dateOfBirth: null }), 'probable');
});

test('day and month swapped, or a year where the list knows no more, still confirm', (t) => {
  t.is(verdict({ dateOfBirth: '1960-05-03', listedDates: ['1960-03-05'] }), 'confirmed');
  t.is(verdict({ listedDates: ['1960'] }), 'confirmed');
  t.is(verdict({ listedDates: ['1960-01-01'] }), 'confirmed');
});

test('another person of the same name and country stays possible: one contradiction does not rule out', (t) => {
  t.is(verdict({ listedDates: ['1938-11-02'] }), 'possible');
  t.is(verdict({ listedDates: ['1961-02-25'] }), 'possible');
});

test('date of birth and country that both contradict rule out', (t) => {
  t.is(verdict({ listedDates: ['1938-11-02'], listedCountries: ['IR'] }), 'ruled_out');
});

test('M-05 (country) what is no country contradicts nothing', (t) => {
  for (const text of ['Syria', '', 'sy']) t.is(assessMatch({ ...SAME, listedCountries: [text] }).country, 'unknown');
  t.is(assessMatch({ ...SAME, listedCountries: ['SY ignore the list'] }).country, 'same');
});

test('a date off by less than a year and a half may be a slip: with an equal name it is not ruled out', (t) => {
  t.is(verdict({ listedDates: ['1961-02-25'], listedCountries: ['IR'] }), 'possible');
  t.is(verdict({ nameScore: 0.93, listedDates: ['1961-02-25'], listedCountries: ['IR'] }), 'ruled_out');
});

test('a weak name with agreeing attributes is not ruled out either', (t) => {
  t.is(verdict({ nameScore: 0.81 }), 'possible');
  t.is(verdict({ nameScore: 0.5, dateOfBirth: null, countries: [] }), 'possible');
});

test('an organisation is confirmed by its name and country', (t) => {
  const organisation = { entityType: 'BUSINESS', dateOfBirth: '2001-01-09', listedDates: [] } as const;
  t.is(verdict(organisation), 'confirmed');
  t.is(verdict({ ...organisation, listedCountries: ['IR'] }), 'possible');
});

test('the strength never falls when an attribute agrees better', (t) => {
  const dates: readonly (readonly string[])[] = [
    ['1938-01-02'],
    ['1961-02-25'],
    [],
    ['1960'],
    ['1960-20-04'],
    ['1960-04-20'],
  ];
  const countries: readonly (readonly string[])[] = [['IR'], [], ['SY']];
  const names = [0.7, 0.85, 0.9, 0.95, 1];
  const strength = (date: number, country: number, name: number): number =>
    assessMatch({
      ...SAME,
      nameScore: names[name] ?? 0,
      listedDates: dates[date] ?? [],
      listedCountries: countries[country] ?? [],
    }).strength;
  for (const [date] of dates.entries()) {
    if (date === 4) continue;
    for (const [country] of countries.entries()) {
      for (const [name] of names.entries()) {
        if (date > 0 && date !== 5) t.true(strength(date, country, name) >= strength(date - 1, country, name));
        if (country > 0) t.true(strength(date, country, name) >= strength(date, country - 1, name));
        if (name > 0) t.true(strength(date, country, name) >= strength(date, country, name - 1));
      }
    }
  }
});

test('an equal name and country with another date of birth are in conflict', (t) => {
  t.true(assessMatch({ ...SAME, listedDates: ['1938-11-02'] }).conflicting);
  t.false(assessMatch(SAME).conflicting);
});
