const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const INSTANT = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/;
const DAY_MS = 86_400_000;

/** Milliseconds of the start of a day (UTC) given as YYYY-MM-DD, undefined when there is no such day. */
export function parseDay(text: string): number | undefined {
  const match = DAY.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  return Date.parse(`${text}T00:00:00Z`);
}

/** Whether a text is a day, a month (YYYY-MM) or a year (YYYY), as lists give dates of birth. */
export function isPartialDay(text: string): boolean {
  return /^\d{4}$/.test(text) || parseDay(/^\d{4}-\d{2}$/.test(text) ? `${text}-01` : text) !== undefined;
}

/**
 * Milliseconds of an instant of RFC 3339 (offset needed, else it means another time at each reader), undefined when
 * there is none. Leap seconds are refused.
 */
export function parseInstant(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const [, day = '', hour = '', minute = '', second = '', fraction = '', sign, offsetHour = '0', offsetMinute = '0'] =
    match;
  const startMs = parseDay(day);
  if (startMs === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined;
  const withinMs = (Number(hour) * 60 + Number(minute)) * 60_000 + Number(second) * 1_000;
  const offsetMs = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000 * (sign === '-' ? -1 : 1);
  return startMs + withinMs + Number(fraction.padEnd(3, '0').slice(0, 3)) - offsetMs;
}

export type BookedTimes = { readonly bookedAtMs: number; readonly knownAtMs: number };

/**
 * When something was booked and from when on it is known: a booking with only a date stands at the start of that day
 * (UTC) and is known from its end. Undefined when the text is neither day nor instant.
 */
export function bookedTimes(text: string): BookedTimes | undefined {
  const dayMs = parseDay(text);
  if (dayMs !== undefined) return { bookedAtMs: dayMs, knownAtMs: dayMs + DAY_MS };
  const instantMs = parseInstant(text);
  return instantMs === undefined ? undefined : { bookedAtMs: instantMs, knownAtMs: instantMs };
}

/** The instant after a day (UTC), from which on a fact dated by that day is known. */
export function endOfDayMs(dayMs: number): number {
  return dayMs + DAY_MS;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
