import { countryCode } from './countries.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DATE = /^(?:(?:(\d{2}) )?([A-Z][a-z]{2}) )?(\d{4})$/;
/** A range of years is given year by year up to this length; a longer one says too little to compare. */
const MAXIMUM_RANGE_YEARS = 15;

/** Dates of birth in an entry's remarks, `DOB 01 Nov 1940; alt. DOB 1958`, as YYYY-MM-DD, YYYY-MM or YYYY. */
export function datesOfBirth(remarks: string): readonly string[] {
  const found = [...remarks.matchAll(/\bDOB (?:circa )?([^;.]+)/g)].flatMap((match) =>
    datesIn((match[1] ?? '').trim()),
  );
  return [...new Set(found)];
}

/** Countries of nationality and citizenship in an entry's remarks, as ISO codes. */
export function nationalities(remarks: string): readonly string[] {
  const names = [...remarks.matchAll(/\b(?:nationality|citizen) ([^;.(]+)/g)].map((match) => (match[1] ?? '').trim());
  return [...new Set(names.flatMap((name) => countryCode(name) ?? []))];
}

function datesIn(text: string): readonly string[] {
  const [from = '', to] = text.split(/ to |-/);
  const first = partialDate(from);
  const last = to === undefined ? undefined : partialDate(to);
  if (first === undefined) return [];
  if (last === undefined) return [first];
  const [firstYear, lastYear] = [Number(first.slice(0, 4)), Number(last.slice(0, 4))];
  if (lastYear < firstYear || lastYear - firstYear > MAXIMUM_RANGE_YEARS) return [];
  return Array.from({ length: lastYear - firstYear + 1 }, (_, index) => String(firstYear + index));
}

function partialDate(text: string): string | undefined {
  const match = DATE.exec(text.trim().replace(/^circa /, ''));
  if (match === null) return undefined;
  const [, day, month, year = ''] = match;
  if (month === undefined) return year;
  const number = MONTHS.indexOf(month) + 1;
  if (number === 0) return undefined;
  const yearMonth = `${year}-${String(number).padStart(2, '0')}`;
  return day === undefined ? yearMonth : `${yearMonth}-${day}`;
}
