import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../src/base/diagnostic.ts';
import { readConfig } from '../../src/config.ts';

async function told(yaml: string): Promise<readonly string[]> {
  return (await readConfig(yaml, 'selvage.yaml', {})).diagnostics.map(formatDiagnostic);
}

describe('pipeline', () => {
  it.each([
    [
      'a gate that is not known',
      'pipeline: [validaton]\n',
      [
        expect.stringMatching(
          /^error CONFIG_INVALID_VALUE selvage.yaml:1:12 pipeline.0: There is no gate "validaton". Did you mean "validation"\?\n {4}hint: gates: trace, /,
        ),
      ],
    ],
    [
      'an order that cannot be right',
      'pipeline:\n  - visibility\n  - validation\n  - operation-limits\n',
      [
        'error CONFIG_INVALID_VALUE selvage.yaml:4:5 pipeline.2: "validation" would stand outside of "operation-limits": validation expands fragments and compares fields in pairs, which only the limits bound.\n    hint: name "operation-limits" before "validation"',
      ],
    ],
    [
      'an order that is doubtful',
      'pipeline: [rate-limit, authorize]\n',
      [
        'warning CONFIG_DOUBTFUL_ORDER selvage.yaml:1:24 pipeline.1: "rate-limit" would stand outside of "authorize": operations that are forbidden would use up what their caller may ask.\n    hint: name "authorize" before "rate-limit"',
      ],
    ],
    [
      'what is no list',
      'pipeline: validation\n',
      [
        'error CONFIG_INVALID_VALUE selvage.yaml:1:11 pipeline: "pipeline" must be a list of gates\' names, but is "validation".',
      ],
    ],
  ])('A6: %s', async (_, yaml, expected) => {
    expect(await told(yaml)).toEqual(expected);
  });
});

describe('responses', () => {
  const rule = (when: string, answer: string) =>
    `responses:\n  direct:\n    - when: ${when}\n      answer: ${answer}\n`;
  const error = '{ status: 403, code: FORBIDDEN, message: No. }';

  it.each([
    [
      'a code that is not of the list',
      'responses: { codes: { RATE_LIMITTED: { status: 429 } } }\n',
      'responses.codes.RATE_LIMITTED: "RATE_LIMITTED" is not BAD_REQUEST, ',
    ],
    [
      'a status that is none of an error',
      'responses: { codes: { OVERLOADED: { status: 200 } } }\n',
      'responses.codes.OVERLOADED.status: "status" must be an HTTP status from 400 to 599, but is 200.',
    ],
    [
      'a header of the connection',
      'responses: { codes: { OVERLOADED: { headers: { Connection: close } } } }\n',
      '"Connection" is not the name of a header that is not of the connection or of the body',
    ],
    [
      'a header that would be two',
      'responses: { codes: { OVERLOADED: { headers: { x-a: "a\\r\\nb: c" } } } }\n',
      '"x-a" must be a text without line breaks and control characters',
    ],
    ['a rule without conditions', rule('{}', error), 'responses.direct.0.when: The rule has no condition.'],
    [
      'a condition that is not known',
      rule('{ method: GET }', error),
      'responses.direct.0.when.method: "method" is not known here.',
    ],
    [
      'an address that is none',
      rule('{ address: 10.0.0.0/40 }', error),
      'must be an IP address or a range such as 10.0.0.0/8',
    ],
    [
      'an answer without words',
      rule('{ path: /a }', '{ status: 403, code: FORBIDDEN }'),
      'The answer is an error with "code" and "message", or it has a "body".',
    ],
    [
      'an error that is a success',
      rule('{ path: /a }', '{ status: 200, code: FORBIDDEN, message: No. }'),
      'An error has a status from 400 to 599.',
    ],
  ])('are refused with %s', async (_, yaml, message) => {
    const [diagnostic, ...others] = await told(yaml);
    expect(diagnostic).toContain(message);
    expect(others).toEqual([]);
  });

  it('are read: texts or lists of them, names of headers in lower case', async () => {
    const when = '{ path: /a, header: { X-Beta: "yes" }, client: { via: [a, b], subject: c } }';
    const config = await readConfig(rule(when, error), 'selvage.yaml', {});
    expect(config.ok && config.value.edge.responses.direct).toEqual([
      {
        when: { path: ['/a'], header: { 'x-beta': 'yes' }, client: { via: ['a', 'b'], subject: ['c'] } },
        answer: { status: 403, code: 'FORBIDDEN', message: 'No.', headers: {} },
      },
    ]);
  });
});

describe('trace', () => {
  it('is off unless it is written, and on where it is', async () => {
    const edgeOf = async (yaml: string) => {
      const config = await readConfig(yaml, 'selvage.yaml', {});
      return config.ok ? config.value.edge.trace : config.diagnostics;
    };
    expect(await edgeOf('gateway: {}\n')).toBeUndefined();
    expect(await edgeOf('trace:\n')).toEqual({ keep: 100, mask: [] });
    expect(await edgeOf('trace: { keep: 5, scope: debug, mask: [iban] }\n')).toEqual({
      keep: 5,
      scope: 'debug',
      mask: ['iban'],
    });
  });
});
