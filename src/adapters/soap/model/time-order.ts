/** What is ordered by time: XML Schema's own names. */
export type TimeKind =
  | 'dateTime'
  | 'date'
  | 'time'
  | 'duration'
  | 'gYear'
  | 'gYearMonth'
  | 'gMonth'
  | 'gMonthDay'
  | 'gDay';

/**
 * Negative where the first value is less, zero where they are equal; undefined where that cannot be told: of a value with an offset and one
 * without (XSD 1.0 part 2, 3.2.7.4), of a month and thirty days (3.2.6.2), of what is no value or counts more than a clock does.
 */
export function compareTimes(kind: TimeKind, one: string, other: string): number | undefined {
  if (kind === 'duration') return compareDurations(one, other);
  const [first, second] = [instantOf(kind, one), instantOf(kind, other)];
  if (!first || !second) return undefined;
  const difference = first.at - second.at;
  if (first.zoned === second.zoned) return signOf(difference);
  // Offsets go from -14:00 to +14:00: what is farther apart is so wherever the other is.
  return difference < -widestOffset || difference > widestOffset ? signOf(difference) : undefined;
}

interface Instant {
  /** Picoseconds, of an unspecified epoch. */
  readonly at: bigint;
  readonly zoned: boolean;
}

const second = 10n ** 12n;
const widestOffset = 14n * 3_600n * second;

const clock = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)(?:\\.(?<fraction>\\d{1,12}))?';
const year = '(?<year>-?\\d{4,9})';
const month = '(?<month>\\d\\d)';
const day = '(?<day>\\d\\d)';
const zone = '(?<zone>Z|[+-]\\d\\d:\\d\\d)?';

const forms: Readonly<Record<Exclude<TimeKind, 'duration'>, RegExp>> = {
  dateTime: new RegExp(`^${year}-${month}-${day}T${clock}${zone}$`),
  date: new RegExp(`^${year}-${month}-${day}${zone}$`),
  time: new RegExp(`^${clock}${zone}$`),
  gYear: new RegExp(`^${year}${zone}$`),
  gYearMonth: new RegExp(`^${year}-${month}${zone}$`),
  gMonth: new RegExp(`^--${month}${zone}$`),
  gMonthDay: new RegExp(`^--${month}-${day}${zone}$`),
  gDay: new RegExp(`^---${day}${zone}$`),
};

/** When a value begins; what it does not say is that of a leap year's first day. */
function instantOf(kind: Exclude<TimeKind, 'duration'>, text: string): Instant | undefined {
  const parts = forms[kind].exec(text)?.groups;
  if (!parts) return undefined;
  const { year = '1972', month = '1', day = '1', hour = '0', minute = '0', second: whole = '0' } = parts;
  const { fraction = '', zone } = parts;
  const seconds = (Number(hour) * 60 + Number(minute) - minutesOf(zone)) * 60 + Number(whole);
  const days = daysBefore(Number(year), Number(month)) + Number(day);
  return { at: picoseconds(days * 86_400 + seconds, fraction), zoned: zone !== undefined };
}

function minutesOf(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return zone.startsWith('-') ? -minutes : minutes;
}

function picoseconds(seconds: number, fraction: string): bigint {
  return BigInt(seconds) * second + BigInt(fraction.padEnd(12, '0'));
}

/** Days of the proleptic Gregorian calendar before a month, which may be any number; the year begins in March, so that leap days end it. */
function daysBefore(year: number, month: number): number {
  const months = year * 12 + (month - 1) - 2;
  const since = Math.floor(months / 12);
  const leapDays = Math.floor(since / 4) - Math.floor(since / 100) + Math.floor(since / 400);
  return since * 365 + leapDays + Math.floor(((months - since * 12) * 153 + 2) / 5);
}

interface Duration {
  readonly months: number;
  readonly rest: bigint;
}

const lasting =
  /^(?<sign>-?)P(?:(?<years>\d{1,9})Y)?(?:(?<months>\d{1,9})M)?(?:(?<days>\d{1,9})D)?(?:T(?:(?<hours>\d{1,9})H)?(?:(?<minutes>\d{1,9})M)?(?:(?<seconds>\d{1,9})(?:\.(?<fraction>\d{1,12}))?S)?)?$/;

function durationOf(text: string): Duration | undefined {
  const parts = lasting.exec(text)?.groups;
  if (!parts) return undefined;
  const {
    sign,
    years = '0',
    months = '0',
    days = '0',
    hours = '0',
    minutes = '0',
    seconds = '0',
    fraction = '',
  } = parts;
  const time = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  const [count, rest] = [Number(years) * 12 + Number(months), picoseconds(time, fraction)];
  return sign === '-' ? { months: -count, rest: -rest } : { months: count, rest };
}

/** Where durations are added to, to see which ends later (3.2.6.2): months of which each may be the longest or the shortest. */
const beginnings: readonly (readonly [year: number, month: number])[] = [
  [1696, 9],
  [1697, 2],
  [1903, 3],
  [1903, 7],
];

function compareDurations(one: string, other: string): number | undefined {
  const [first, second] = [durationOf(one), durationOf(other)];
  if (!first || !second) return undefined;
  const orders = beginnings.map(([year, month]) => {
    const end = ({ months, rest }: Duration) => picoseconds(daysBefore(year, month + months) * 86_400, '') + rest;
    return signOf(end(first) - end(second));
  });
  return orders.every(order => order === orders[0]) ? orders[0] : undefined;
}

function signOf(difference: bigint): number {
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
