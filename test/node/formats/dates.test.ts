import test from 'ava';
import * as fc from 'fast-check';
import { bookedTimes, isPartialDay, parseDay, parseInstant } from '../../../node/formats/dates.ts';

test('days that do not exist are none', (t) => {
  for (const text of [
    '2023-02-29',
    '2023-02-30',
    '2023-13-01',
    '2023-00-10',
    '1900-02-29',
    '31/02/1980',
    '2023-1-1',
    '',
  ]) {
    t.is(parseDay(text), undefined, text);
  }
  t.is(parseDay('2024-02-29'), Date.UTC(2024, 1, 29));
  t.is(parseDay('2000-02-29'), Date.UTC(2000, 1, 29));
});

test('an offset is taken off, so that instants are UTC', (t) => {
  t.is(parseInstant('2023-01-25T07:20:43+05:30'), Date.UTC(2023, 0, 25, 1, 50, 43));
  t.is(parseInstant('2023-01-25T07:20:43.1234Z'), Date.UTC(2023, 0, 25, 7, 20, 43, 123));
  t.is(parseInstant('2023-01-25T07:20:43-01:00'), Date.UTC(2023, 0, 25, 8, 20, 43));
});

test('an instant without offset or with an impossible part is none', (t) => {
  for (const text of [
    '2023-01-25T07:20:43',
    '2023-02-30T10:00:00Z',
    '2023-01-01T24:00:00Z',
    '2023-01-01T10:60:00Z',
    '2023-01-01',
  ]) {
    t.is(parseInstant(text), undefined, text);
  }
});

test('a booking with only a date is known from the end of that day', (t) => {
  t.deepEqual(bookedTimes('2023-01-01'), { bookedAtMs: Date.UTC(2023, 0, 1), knownAtMs: Date.UTC(2023, 0, 2) });
  const instantMs = Date.UTC(2023, 0, 1, 9);
  t.deepEqual(bookedTimes('2023-01-01T10:00:00+01:00'), { bookedAtMs: instantMs, knownAtMs: instantMs });
});

test('dates of birth may lack month and day', (t) => {
  for (const text of ['1940', '1940-11', '1940-11-01']) t.true(isPartialDay(text), text);
  for (const text of ['40', '1940-13', '1940-02-30', 'circa 1940']) t.false(isPartialDay(text), text);
});

test('every day and instant of the runtime is read back as it is', (t) => {
  const dates = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  fc.assert(fc.property(dates, (date) => parseInstant(date.toISOString()) === date.getTime()));
  fc.assert(
    fc.property(
      dates,
      (date) => parseDay(date.toISOString().slice(0, 10)) === Math.floor(date.getTime() / 864e5) * 864e5,
    ),
  );
  t.pass();
});
