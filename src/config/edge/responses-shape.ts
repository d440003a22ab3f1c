import * as z from 'zod';
import { hopByHop } from '../../adapter/outgoing-headers.ts';
import { errorCodes } from '../../base/error.ts';
import { token } from '../../base/token.ts';
import { isAddressRange } from '../../edge/address-ranges.ts';
import type { DirectResponse, ResponsesOptions } from '../../edge/responses/responses-options.ts';
import type { ConfigTree } from '../config-tree.ts';
import { headerName, headerValue } from '../header-leaves.ts';
import { integer, map, mapOf, oneOf, pattern, textLeaf } from '../leaves.ts';

const text = pattern('a text that is not empty', /\S/);
const oneOrMore = (leaf: typeof text, expected: string) => z.union([leaf, z.array(leaf, expected)]);
const texts = oneOrMore(text, 'a list of texts');

/** What the server itself says of an answer is not for the configuration to say. */
const answerHeader = textLeaf('the name of a header that is not of the connection or of the body', name =>
  token.test(name) && !isOurs(name.toLowerCase()) ? name.toLowerCase() : undefined,
);
const answerHeaders = mapOf(answerHeader, headerValue).prefault({});

const address = textLeaf('an IP address or a range such as 10.0.0.0/8', written =>
  isAddressRange(written) ? written : undefined,
);

const code = oneOf(errorCodes);

const words = map({
  message: text.exactOptional(),
  status: integer('an HTTP status from 400 to 599', 400, 599).exactOptional(),
  headers: answerHeaders,
});

const direct = map({
  when: map({
    path: oneOrMore(pattern('a path, which begins with /', /^\//), 'a list of paths').exactOptional(),
    header: mapOf(headerName, text).exactOptional(),
    address: oneOrMore(address, 'a list of addresses').exactOptional(),
    operation: texts.exactOptional(),
    client: map({ subject: texts.exactOptional(), via: texts.exactOptional() }).exactOptional(),
  }),
  answer: map({
    status: integer('an HTTP status from 200 to 599', 200, 599),
    code: code.exactOptional(),
    message: text.exactOptional(),
    headers: answerHeaders,
    body: map({
      type: pattern('a media type, such as text/html; charset=utf-8', /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(;[\x20-\x7e]*)?$/),
      text,
    }).exactOptional(),
  }),
});

/** `responses`: the gateway's own answers. */
export const responsesShape = map({
  codes: mapOf(code, words).prefault({}),
  direct: z.array(direct, 'a list of rules').default([]),
}).prefault({});

/** What a rule's parts mean together: it has conditions, and its answer is an error or a body. */
export function readResponses(written: z.output<typeof responsesShape>, tree: ConfigTree): ResponsesOptions {
  for (const [index, { when, answer }] of written.direct.entries()) {
    const path = ['responses', 'direct', index];
    const isEmpty = Object.keys(when).length === 0 || (when.client && Object.keys(when.client).length === 0);
    if (isEmpty)
      tree.wrong([...path, 'when'], 'The rule has no condition.', 'write path: "/*" for one that always holds');
    if (answer.body === undefined && (answer.code === undefined || answer.message === undefined))
      tree.wrong([...path, 'answer'], 'The answer is an error with "code" and "message", or it has a "body".');
    if (answer.body === undefined && answer.status < 400)
      tree.wrong([...path, 'answer', 'status'], 'An error has a status from 400 to 599.');
  }
  return { codes: written.codes, direct: written.direct.map(ruleOf) };
}

function ruleOf({ when, answer }: z.output<typeof direct>): DirectResponse {
  const { path, header, address: from, operation, client } = when;
  return {
    when: {
      ...(path === undefined ? {} : { path: [path].flat() }),
      ...(header === undefined ? {} : { header: lowerNames(header) }),
      ...(from === undefined ? {} : { address: [from].flat() }),
      ...(operation === undefined ? {} : { operation: [operation].flat() }),
      ...(client === undefined ? {} : { client: clientOf(client) }),
    },
    answer,
  };
}

function clientOf({ subject, via }: NonNullable<z.output<typeof direct>['when']['client']>) {
  return {
    ...(subject === undefined ? {} : { subject: [subject].flat() }),
    ...(via === undefined ? {} : { via: [via].flat() }),
  };
}

function lowerNames(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function isOurs(name: string): boolean {
  return hopByHop.has(name) || name === 'x-request-id' || name === 'x-content-type-options' || name === 'set-cookie';
}
