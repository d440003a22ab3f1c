import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareTimes, type TimeKind } from '../../../src/adapters/soap/model/time-order.ts';

describe('values in time', () => {
  // XSD 1.0 part 2, 3.2.6.2, 3.2.7.4 and appendix E have the examples.
  it.each<[TimeKind, string, string, number | undefined]>([
    ['dateTime', '2000-01-15T00:00:00', '2000-02-15T00:00:00', -1],
    ['dateTime', '2000-01-15T12:00:00', '2000-01-16T12:00:00Z', -1],
    ['dateTime', '2000-01-01T12:00:00', '1999-12-31T23:00:00Z', undefined],
    ['dateTime', '2000-01-16T12:00:00', '2000-01-16T12:00:00Z', undefined],
    ['dateTime', '2000-01-16T00:00:00', '2000-01-16T12:00:00Z', undefined],
    ['dateTime', '2000-03-04T23:00:00+03:00', '2000-03-04T20:00:00Z', 0],
    ['dateTime', '2000-03-04T20:00:00.1', '2000-03-04T20:00:00.100000000001', -1],
    ['dateTime', '1999-12-31T24:00:00', '2000-01-01T00:00:00', 0],
    ['date', '2000-02-29', '2000-03-01', -1],
    ['date', '1900-02-28', '1900-03-01', -1],
    ['date', '2000-01-01+14:00', '1999-12-31Z', 1],
    ['date', '-0002-01-01', '-0001-01-01', -1],
    ['time', '00:00:00+01:00', '23:00:00Z', -1],
    ['time', '10:00:00', '09:59:59.9', 1],
    ['gYear', '12000', '2000', 1],
    ['gYearMonth', '2000-01', '1999-12', 1],
    ['gMonth', '--01', '--02', -1],
    ['gMonthDay', '--02-29', '--03-01', -1],
    ['gDay', '---31', '---01', 1],
    ['duration', 'P1Y', 'P364D', 1],
    ['duration', 'P1Y', 'P365D', undefined],
    ['duration', 'P1Y', 'P366D', undefined],
    ['duration', 'P1Y', 'P367D', -1],
    ['duration', 'P1M', 'P27D', 1],
    ['duration', 'P1M', 'P28D', undefined],
    ['duration', 'P1M', 'P31D', undefined],
    ['duration', 'P1M', 'P32D', -1],
    ['duration', 'P5M', 'P149D', 1],
    ['duration', 'P5M', 'P150D', undefined],
    ['duration', 'P5M', 'P153D', undefined],
    ['duration', 'P5M', 'P154D', -1],
    ['duration', '-P1D', 'PT0S', -1],
    ['duration', 'P12M', 'P1Y', 0],
    ['duration', 'PT1.5S', 'PT1500S', -1],
    ['date', 'yesterday', '2000-01-01', undefined],
    ['duration', 'P9999999999Y', 'P1Y', undefined],
  ])('of the kind %s: %s and %s', (kind, one, other, order) => {
    expect(compareTimes(kind, one, other)).toBe(order);
    expect(compareTimes(kind, other, one)).toBe(order === undefined ? undefined : 0 - order);
  });

  it('are ordered as the language’s own clock has it', () => {
    const moment = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T00:00:00Z'),
      noInvalidDate: true,
    });
    const property = fc.property(moment, moment, (one, other) => {
      const order = Math.sign(one.getTime() - other.getTime());
      return compareTimes('dateTime', one.toISOString(), other.toISOString()) === order;
    });
    fc.assert(property, { numRuns: 2_000, seed: 5 });
  });
});
