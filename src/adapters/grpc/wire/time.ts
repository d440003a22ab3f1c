import { InputFault } from './input-fault.ts';

/** Seconds and nanoseconds, as Timestamp and Duration have them. */
export interface Instant {
  readonly seconds: bigint;
  readonly nanos: number;
}

const firstSecond = -62_135_596_800n; // 0001-01-01T00:00:00Z
const lastSecond = 253_402_300_799n; // 9999-12-31T23:59:59Z
const longest = 315_576_000_000n; // about 10,000 years: duration.proto

/** RFC 3339 in UTC, with as many digits of the second as it has (timestamp.proto); undefined where it is no timestamp. */
export function formatTimestamp({ seconds, nanos }: Instant): string | undefined {
  if (seconds < firstSecond || seconds > lastSecond || nanos < 0 || nanos > 999_999_999) return undefined;
  const whole = Number(seconds);
  const day = Math.floor(whole / 86_400);
  const rest = whole - day * 86_400;
  const time = `${two(Math.floor(rest / 3_600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
  return `${dateOf(day)}T${time}${fractionOf(nanos)}Z`;
}

/** The day that was asked for last: timestamps of one answer are mostly of few days, and a date is dear to write. */
let last = { day: 0, date: '1970-01-01' };

/** Of a day since 1970. */
function dateOf(day: number): string {
  if (last.day !== day) last = { day, date: new Date(day * 86_400_000).toISOString().slice(0, 10) };
  return last.date;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}

/** `1.5s` (duration.proto); undefined where it is no duration. */
export function formatDuration({ seconds, nanos }: Instant): string | undefined {
  const opposed = (seconds > 0n && nanos < 0) || (seconds < 0n && nanos > 0);
  if (seconds < -longest || seconds > longest || Math.abs(nanos) > 999_999_999 || opposed) return undefined;
  const sign = seconds < 0n || nanos < 0 ? '-' : '';
  return `${sign}${seconds < 0n ? -seconds : seconds}${fractionOf(Math.abs(nanos))}s`;
}

export function parseTimestamp(text: string): Instant {
  const match = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9})\d*)?)?([Zz]|[+-]\d\d:?\d\d)$/.exec(text);
  if (!match) throw new InputFault('is not a date and time with an offset (RFC 3339)');
  const [, date, minutes, seconds = '00', fraction = '', offset = 'Z'] = match;
  const zone = offset.toUpperCase() === 'Z' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
  const milliseconds = Date.parse(`${date}T${minutes}:${seconds}${zone}`);
  const day = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(milliseconds) || Number.isNaN(day) || !new Date(day).toISOString().startsWith(date!)) {
    throw new InputFault('is not a date and time that exists');
  }
  const whole = BigInt(milliseconds / 1000);
  if (whole < firstSecond || whole > lastSecond) throw new InputFault('is not between the years 1 and 9999');
  return { seconds: whole, nanos: Number(fraction.padEnd(9, '0')) };
}

const secondsOf = { W: 604_800n, D: 86_400n, H: 3_600n, M: 60n } as const;

/** `1.5s`, or ISO 8601 without years and months, whose length varies. */
export function parseDuration(text: string): Instant {
  const plain = /^(-?)(\d+)(?:\.(\d{1,9})\d*)?s$/.exec(text);
  const iso = /^(-?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,9})\d*)?S)?)?$/.exec(text);
  let sign = '';
  let seconds = 0n;
  let fraction = '';
  if (plain) {
    [, sign = '', , fraction = ''] = plain;
    seconds = BigInt(plain[2]!);
  } else if (iso) {
    const [, minus = '', weeks = '0', days = '0', hours = '0', minutes = '0', whole = '0', part = ''] = iso;
    sign = minus;
    fraction = part;
    seconds =
      BigInt(weeks) * secondsOf.W +
      BigInt(days) * secondsOf.D +
      BigInt(hours) * secondsOf.H +
      BigInt(minutes) * secondsOf.M +
      BigInt(whole);
  } else throw new InputFault('is not a duration in seconds, minutes, hours, days or weeks');
  if (seconds > longest) throw new InputFault('is longer than 10,000 years');
  const nanos = Number(fraction.padEnd(9, '0'));
  return sign === '-' ? { seconds: -seconds, nanos: nanos === 0 ? 0 : -nanos } : { seconds, nanos };
}

/** None, or three, six or nine digits. */
function fractionOf(nanos: number): string {
  if (nanos === 0) return '';
  const digits = String(nanos).padStart(9, '0');
  return `.${digits.replace(/(?:000){1,2}$/, '')}`;
}
