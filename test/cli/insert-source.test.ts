import { describe, expect, it } from 'vitest';
import { insertSource } from '../../src/cli/insert-source.ts';
import { sourceName } from '../../src/cli/source-name.ts';

const entry = { protocol: 'soap', document: 'b.wsdl' };
const lines = '  b:\n    protocol: soap\n    document: b.wsdl\n';

describe('a source is put into selvage.yaml', () => {
  it.each([
    ['an empty text', '', `sources:\n${lines}`],
    ['a text of comments', '# mine\n', `# mine\nsources:\n${lines}`],
    [
      'a text without sources',
      'log: { level:   info }   # loud',
      `log: { level:   info }   # loud\nsources:\n${lines}`,
    ],
    ['sources without any', 'sources:   # none yet\nlog: {}\n', `sources:   # none yet\n${lines}log: {}\n`],
    [
      'others, whatever stands around them',
      `# head
sources:
  a:   # first
    document:   "a.yaml"      # aligned
    headers: { x: "1" }

  # about nothing
log: { level: info }   # tail
`,
      `# head
sources:
  a:   # first
    document:   "a.yaml"      # aligned
    headers: { x: "1" }
${lines}
  # about nothing
log: { level: info }   # tail
`,
    ],
    [
      'others that are indented otherwise',
      'sources:\n    a:\n        document: a.yaml',
      'sources:\n    a:\n        document: a.yaml\n    b:\n      protocol: soap\n      document: b.wsdl\n',
    ],
    [
      'others that end in a block of text',
      'sources:\n  a:\n    prefix: |-\n      A\nlog: {}\n',
      `sources:\n  a:\n    prefix: |-\n      A\n${lines}log: {}\n`,
    ],
    [
      'others in braces',
      '# head\nsources: { a: { document: a.yaml } } # x\n',
      '# head\nsources: { a: { document: a.yaml }, b: { protocol: soap, document: b.wsdl } } # x\n',
    ],
  ])('%s', (_, before, after) => {
    expect(insertSource(before, 'b', entry)).toBe(after);
  });
});

describe('a source is named', () => {
  it.each([
    ['openapi', 'openapi: 3.1.0\ninfo:\n  title: Swagger Petstore - OpenAPI 3.0\n', '/x/openapi.yaml', 'petstore'],
    ['openapi', '{"openapi":"3.0.0","info":{"title":"The Museum API","version":"1"}}', '/x/a.json', 'museum'],
    ['openapi', 'openapi: 3.1.0\ninfo:\n  title: API\n', '/x/orders.openapi.yaml', 'orders'],
    ['soap', '<wsdl:definitions><wsdl:service name="BillingService">', '/x/a.wsdl', 'billing'],
    ['soap', '<service name="SOAPService">', '/x/greeter.wsdl', 'greeter'],
    ['soap', '<service name="ERPBilling">', '/x/a.wsdl', 'erpBilling'],
    ['openapi', 'openapi: 3.1.0\ninfo:\n  title: CRM API\n', '/x/a.yaml', 'crm'],
    ['grpc', 'syntax = "proto3";\nservice StockLevels {\n', '/x/a.proto', 'stockLevels'],
    ['graphql', 'type Query { a: Int }', '/x/reviews.graphql', 'reviews'],
    ['graphql', '', 'https://api.countries.dev/graphql', 'countries'],
    ['graphql', '', 'http://127.0.0.1:4104/graphql', 'graphql'],
  ])('%s %j at %s', (protocol, text, address, name) => {
    expect(sourceName(protocol, text, address)).toBe(name);
  });
});
