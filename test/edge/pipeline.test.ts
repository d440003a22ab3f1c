import { describe, expect, it } from 'vitest';
import { order } from '../../src/edge/order.ts';
import { arranged, type Placed } from '../../src/edge/pipeline/arrange.ts';
import { brokenRules, lintPipeline } from '../../src/edge/pipeline/lint.ts';
import { pipelineData, pipelineText } from '../../src/edge/pipeline/print.ts';
import { orderRules } from '../../src/edge/pipeline/rules.ts';
import { Traces } from '../../src/edge/trace/traces.ts';
import { coreWith } from './core-of.ts';

const gate = (phase: Placed['phase'], name: string): Placed => ({ phase, name });

/** With the gates that are to come. */
const whole: readonly Placed[] = [
  ...order.filter(({ name }) => name !== 'rate-limit'),
  ...['authorize', 'rate-limit', 'response-cache']
    .filter(name => name === 'rate-limit' || !order.some(place => place.name === name))
    .map(name => gate('operation', name)),
];

describe('the order of the gates', () => {
  it('A6: keeps to all of its rules, and each of its gates has its reason', () => {
    expect(brokenRules(order)).toEqual([]);
    expect(brokenRules(whole)).toEqual([]);
    expect(order.filter(({ because }) => because.length < 20)).toEqual([]);
  });

  it('A6: has rules about gates that there are', () => {
    const known = new Set([...order, ...whole].map(({ name }) => name));
    const named = orderRules.flatMap(({ outer, inner, except = [] }) => [outer, inner, ...except]);
    expect(named.filter(name => name !== '*' && !known.has(name))).toEqual([]);
  });

  it('is arranged by names: these take their own places anew, all others keep theirs', () => {
    const places = ['a', 'b', 'c', 'd', 'e'].map(name => gate(name < 'd' ? 'request' : 'operation', name));
    const names = (pipeline: readonly string[]) => arranged(places, pipeline).map(({ name }) => name);
    expect(names([])).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(names(['c', 'a'])).toEqual(['c', 'b', 'a', 'd', 'e']);
    expect(names(['c', 'a', 'e', 'd'])).toEqual(['c', 'b', 'a', 'e', 'd']);
    expect(names(['b'])).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it.each<[string, readonly string[], string, string]>([
    ['an unknown gate', ['authentikate'], 'error', 'There is no gate "authentikate". Did you mean "authenticate"?'],
    ['a gate named twice', ['deadline', 'deadline'], 'error', '"deadline" is named twice.'],
    [
      'a limit keyed on a claim before authentication',
      ['rate-limit', 'authenticate'],
      'error',
      '"authenticate" stands before the document is known and "rate-limit" after the document is known: it cannot stand behind it.',
    ],
    [
      'validation before the limits',
      ['validation', 'operation-limits'],
      'error',
      '"validation" would stand outside of "operation-limits": validation expands fragments and compares fields in pairs, which only the limits bound.',
    ],
    [
      'a gate outside of the access log',
      ['deadline', 'access-log'],
      'error',
      '"deadline" would stand outside of "access-log": an answer that is given outside the log has no line and is not counted.',
    ],
    [
      'a gate outside of the shaping of errors',
      ['admission', 'shape-errors'],
      'error',
      '"admission" would stand outside of "shape-errors": what is thrown outside it reaches the client in terms that are not of the closed list.',
    ],
    [
      'a cache outside of authorization',
      ['response-cache', 'authorize'],
      'error',
      '"response-cache" would stand outside of "authorize": an answer that was kept for one caller would reach another who may not see it.',
    ],
    [
      'trusted documents before it is known who asks',
      ['trusted-documents', 'authenticate'],
      'error',
      '"trusted-documents" would stand outside of "authenticate": which documents are trusted depends on the client that sends them.',
    ],
    [
      'authentication outside of the deadline',
      ['authenticate', 'deadline'],
      'error',
      '"authenticate" would stand outside of "deadline": authentication may wait for a server of its own, and nothing outside the deadline ends that wait.',
    ],
    [
      'a rate limit that counts what is forbidden',
      ['rate-limit', 'authorize'],
      'warning',
      '"rate-limit" would stand outside of "authorize": operations that are forbidden would use up what their caller may ask.',
    ],
    [
      'credentials before the limit by address',
      ['authenticate', 'address-limit'],
      'warning',
      '"authenticate" would stand outside of "address-limit": credentials could be tried without bound.',
    ],
  ])('A6: tells of %s', (_, pipeline, severity, message) => {
    expect(lintPipeline(whole, pipeline)).toContainEqual(expect.objectContaining({ severity, message }));
  });

  it('A6: has nothing to say of two that may be exchanged', () => {
    expect(lintPipeline(order, ['variable-limits', 'document-limits'])).toEqual([]);
    expect(
      lintPipeline(
        order,
        order.map(({ name }) => name),
      ),
    ).toEqual([]);
  });

  it('A6: is the order that requests pass', async () => {
    const traces = new Traces();
    const { ask } = coreWith(
      { pipeline: ['variable-limits', 'document-limits'], trace: { keep: 1, mask: [] } },
      traces,
    );
    await ask('{ ok }');
    const passed = traces.list()[0]!.stages.map(({ stage }) => stage);
    const expected = arranged(order, ['variable-limits', 'document-limits']).map(({ name }) => name);
    const border = expected.indexOf('operation-limits');
    const [request, operation] = [expected.slice(1, border), expected.slice(border)]; // `trace` itself is no stage
    expect(request.slice(-2)).toEqual(['variable-limits', 'document-limits']);
    expect(passed).toEqual([...request, 'parse', ...operation, 'execute']);
  });

  it('A6: is printed with its reasons, and with what was moved', () => {
    const data = pipelineData(order, ['variable-limits', 'document-limits']);
    expect(data.filter(({ moved }) => moved).map(({ name }) => name)).toEqual(['variable-limits', 'document-limits']);
    const text = pipelineText(order, []);
    for (const { name, because } of order)
      expect(text).toMatch(new RegExp(`^ {2}${name} +${because.slice(0, 20)}`, 'm'));
    expect(text).not.toContain('(moved)');
  });
});
