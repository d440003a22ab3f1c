import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listen } from 'soap';
import { describe, expect, it } from 'vitest';
import { fixture, fixturesExist } from './corpus.ts';
import { openGateway } from './open-gateway.ts';
import { complaints, hasXmllint } from './schema-of-wsdl.ts';
import { fault, startSoapBackend } from './soap-backend.ts';

if (!fixturesExist) console.warn('SKIPPED: ../shared/fixtures is not there; no server of a WSDL of others.');
if (!hasXmllint)
  console.warn('SKIPPED: xmllint is not installed (Debian: libxml2-utils); requests are not validated by it.');

const closing = 'http://schemas.xmlsoap.org/soap/envelope/';

describe.skipIf(!fixturesExist)('node-soap’s own server of hello_world_doc_lit.wsdl', () => {
  it('answers, is told without an answer, and its fault is an error', async () => {
    const document = fixture('wsdl/cxf/hello_world_doc_lit.wsdl');
    const told: unknown[] = [];
    const port = {
      sayHi: () => ({ responseType: 'Bonjour' }),
      greetMe: ({ requestType }: { requestType: string }) => ({ responseType: `Hello ${requestType}` }),
      greetMeOneWay: (args: unknown) => void told.push(args),
      pingMe() {
        throw {
          Fault: { faultcode: 'soap:Server', faultstring: 'secret', detail: { faultDetail: { minor: 2, major: 1 } } },
        };
      },
    };
    const server = createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const wsdl = readFileSync(document, 'utf8');
    listen(server, {
      path: '/SOAPDocLitService/SoapPort',
      services: { SOAPService: { SoapPort: port } },
      xml: wsdl,
      oneWay: { responseCode: 202, emptyBody: true },
    });
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/SOAPDocLitService/SoapPort`; // it listens on a port
    const gateway = await openGateway({ sources: { greeter: { document, endpoint, queries: ['sayHi'] } } });
    try {
      expect(await gateway.ask('{ sayHi }')).toEqual({ data: { sayHi: 'Bonjour' } });
      const mutation = 'mutation ($a: String!) { greetMe(requestType: $a) greetMeOneWay(requestType: $a) pingMe }';
      expect(await gateway.ask(mutation, { a: '<é> & "ü" ]]> 漢' })).toEqual({
        data: { greetMe: 'Hello <é> & "ü" ]]> 漢', greetMeOneWay: true, pingMe: null },
        errors: [
          {
            message: 'The source "greeter" failed.',
            locations: expect.any(Array),
            path: ['pingMe'],
            extensions: {
              code: 'UPSTREAM_ERROR',
              source: 'greeter',
              operation: 'pingMe',
              soap: { faultCode: 'Server' },
            },
          },
        ],
      });
      expect(told).toEqual([{ requestType: '<é> & "ü" ]]> 漢' }]);
    } finally {
      await gateway.close();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    }
  });
});

describe.skipIf(!fixturesExist)('a server of cardealer.wsdl', () => {
  const document = fixture('wsdl/cxf/cardealer.wsdl');
  const cars = 'http://apache.org/type_substitution/';

  it('is told and tells which of the derived types a car is', async () => {
    const backend = await startSoapBackend(([operation, ...rest]) => {
      if (operation === `{${cars}}getSedans`)
        return `<getSedansResponse xmlns="${cars}" xmlns:v="${cars}">
          <return xmlns="" i:type="v:porsche"><make>Porsche</make><model>Boxster</model><year>1998</year><color>white</color></return>
          <return xmlns="" i:nil="true"/>
          <return xmlns="" xmlns:other="${cars}" i:type="other:porsche"><!-- no make --><model><![CDATA[<911>]]></model></return>
        </getSedansResponse>`;
      return rest.includes('  make "Fiat"')
        ? fault('Client', `<reason xmlns="${cars}">secret</reason>`)
        : `<d:tradeInResponse xmlns:d="${cars}" i:type="d:porsche"><make>Porsche</make><color/></d:tradeInResponse>`;
    });
    const gateway = await openGateway({ sources: { dealer: { document, endpoint: `${backend.url}/cars` } } });
    try {
      expect(
        await gateway.ask(
          '{ getSedans(arg0: "porsche") { return { __typename make model ... on Porsche { year color } } } }',
        ),
      ).toEqual({
        data: {
          getSedans: {
            return: [
              { __typename: 'Porsche', make: 'Porsche', model: 'Boxster', year: '1998', color: 'white' },
              null,
              { __typename: 'Porsche', make: null, model: '<911>', year: null, color: null },
            ],
          },
        },
      });
      const tradeIn = `mutation ($car: CarInput!, $fiat: CarInput!) {
        tradeIn(input: $car) { __typename make ... on Porsche { color } }
        refused: tradeIn(input: $fiat) { make }
      }`;
      const car = { porsche: { color: 'red', year: '2020', make: 'Audi' } };
      expect(await gateway.ask(tradeIn, { car, fiat: { porsche: { make: 'Fiat' } } })).toEqual({
        data: { tradeIn: { __typename: 'Porsche', make: 'Porsche', color: '' }, refused: null },
        errors: [
          {
            message: 'The source "dealer" did not accept the input.',
            locations: expect.any(Array),
            path: ['refused'],
            extensions: {
              code: 'BAD_USER_INPUT',
              source: 'dealer',
              operation: 'tradeIn',
              soap: { faultCode: 'Client' },
            },
          },
        ],
      });
      const isPorsche = `{http://www.w3.org/2001/XMLSchema-instance}type="{${cars}}porsche"`;
      expect(backend.asked).toEqual([
        { action: '""', type: 'text/xml; charset=utf-8', body: [`{${cars}}getSedans`, '  arg0 "porsche"'] },
        {
          action: '""',
          type: 'text/xml; charset=utf-8',
          body: [`{${cars}}tradeIn ${isPorsche}`, '  make "Audi"', '  year "2020"', '  color "red"'],
        },
        { action: '""', type: 'text/xml; charset=utf-8', body: [`{${cars}}tradeIn ${isPorsche}`, '  make "Fiat"'] },
      ]);
    } finally {
      await gateway.close();
      await backend.close();
    }
  });
});

describe.skipIf(!fixturesExist)('a server of PayPal’s WSDL', () => {
  const document = fixture('wsdl/paypal/PayPalSvc.wsdl');

  it('is sent four namespaces in the schema’s order, and its answers are read by them', async () => {
    const backend = await startSoapBackend(([, , ...fields]) => {
      const id = fields.map(line => /TransactionID "(.*)"/.exec(line)?.[1]).find(Boolean);
      const isSearch = fields.some(line => line.includes('StartDate'));
      return isSearch ? searched : refunded(id ?? '');
    });
    const sources = {
      paypal: { document, endpoint: `${backend.url}/2.0/`, queries: ['transactionSearch'], prefix: 'Pay' },
    };
    const gateway = await openGateway({ sources });
    try {
      expect(gateway.told).toContainEqual(
        expect.stringContaining('Its headers are not sent, since nothing fills them: '),
      );
      const search = `query ($input: PayTransactionSearchReqInput!) {
        payTransactionSearch(input: $input) {
          Timestamp Ack Errors { ShortMessage SeverityCode ErrorParameters { ParamID Value } } Version _any
          PaymentTransactions { Timestamp Payer Status GrossAmount { _value currencyID } NetAmount { _value currencyID } }
        }
      }`;
      const input = {
        TransactionSearchRequest: {
          Status: 'Success',
          Amount: { currencyID: 'EUR', _value: '1,000.50' },
          PayerName: { LastName: 'O’Brien <& Co>', FirstName: 'Ann' },
          StartDate: '2026-01-01T00:00:00.5+02:00',
          Version: '124.0',
          DetailLevel: ['ReturnAll', 'ItemReturnAttributes'],
        },
      };
      expect(await gateway.ask(search, { input })).toEqual({
        data: {
          payTransactionSearch: {
            Timestamp: '2026-11-22T21:00:00Z',
            Ack: 'SuccessWithWarning',
            Errors: [
              {
                ShortMessage: 'Search warning',
                SeverityCode: 'Warning',
                ErrorParameters: [{ ParamID: 'TRUNCATED', Value: '100' }],
              },
            ],
            Version: '124.0',
            _any: [expect.stringMatching(/^<note.*>local<\/note>$/)],
            PaymentTransactions: [
              {
                Timestamp: '2026-11-01T10:00:00.123Z',
                Payer: 'ann@example.org',
                Status: 'Completed',
                GrossAmount: { _value: '1000.50', currencyID: 'EUR' },
                NetAmount: { _value: '970.01', currencyID: 'EUR' },
              },
            ],
          },
        },
      });
      const refund = `mutation ($id: String!) {
        payRefundTransaction(input: { RefundTransactionRequest: {
          Version: "124.0" TransactionID: $id RefundType: Partial RefundAdvice: false Memo: ""
          RefundItemDetails: [{ Name: "a", ItemCount: 1 } { Name: "b", ItemCount: 2 }]
          Amount: { _value: "5.00", currencyID: USD } RetryUntil: "2026-12-01T00:00:00Z"
        } }) { Ack RefundTransactionID NetRefundAmount { _value currencyID } Errors { ShortMessage } RefundInfo { RefundStatus PendingReason } }
      }`;
      expect(await gateway.ask(refund, { id: '8AB' })).toEqual({
        data: {
          payRefundTransaction: {
            Ack: 'Success',
            RefundTransactionID: '8AB-R',
            NetRefundAmount: { _value: '5.00', currencyID: 'USD' },
            Errors: [],
            RefundInfo: { RefundStatus: 'Instant', PendingReason: 'none' },
          },
        },
      });
      const api = (local: string) => `{urn:ebay:api:PayPalAPI}${local}`;
      const ebl = (local: string) => `{urn:ebay:apis:eBLBaseComponents}${local}`;
      expect(backend.asked.map(({ body }) => body)).toEqual([
        [
          api('TransactionSearchReq'),
          `  ${api('TransactionSearchRequest')}`,
          `    ${ebl('DetailLevel')} "ReturnAll"`,
          `    ${ebl('DetailLevel')} "ItemReturnAttributes"`,
          `    ${ebl('Version')} "124.0"`,
          `    ${api('StartDate')} "2026-01-01T00:00:00.5+02:00"`,
          `    ${api('PayerName')}`,
          `      ${ebl('FirstName')} "Ann"`,
          `      ${ebl('LastName')} "O’Brien <& Co>"`,
          `    ${api('Amount')} currencyID="EUR" "1,000.50"`,
          `    ${api('Status')} "Success"`,
        ],
        [
          api('RefundTransactionReq'),
          `  ${api('RefundTransactionRequest')}`,
          `    ${ebl('Version')} "124.0"`,
          `    ${api('TransactionID')} "8AB"`,
          `    ${api('RefundType')} "Partial"`,
          `    ${api('Amount')} currencyID="USD" "5.00"`,
          `    ${api('Memo')}`,
          `    ${api('RetryUntil')} "2026-12-01T00:00:00Z"`,
          `    ${api('RefundAdvice')} "false"`,
          ...['a', 'b'].flatMap((name, index) => [
            `    ${ebl('RefundItemDetails')}`,
            `      ${ebl('Name')} "${name}"`,
            `      ${ebl('ItemCount')} "${index + 1}"`,
          ]),
        ],
      ]);
      const bodies = backend.traffic.wire.map(({ body }) => bodyOf(body));
      expect(hasXmllint ? complaints(document, [...bodies, searched, refunded('8AB')]) : []).toEqual([]);
    } finally {
      await gateway.close();
      await backend.close();
    }
  });
});

/** What stands in an envelope's body; namespaces that the envelope declares are declared on it. */
function bodyOf(envelope: string): string {
  const [, declared, prefix] = /<((\w+):Envelope[^>]*)>/.exec(envelope)!.slice(0) as [string, string, string];
  const body = new RegExp(`<${prefix}:Body[^>]*>([\\s\\S]*)</${prefix}:Body>`).exec(envelope)![1]!;
  const outer = declared.match(/xmlns:\w+="[^"]*"/g) ?? [];
  return body.replace(/^<[\w:.-]+/, start => `${start} ${outer.filter(one => !one.includes(closing)).join(' ')}`);
}

const head = (ack: string, errors = '') =>
  `<e:Timestamp>2026-11-22T21:00:00Z</e:Timestamp><e:Ack>${ack}</e:Ack>${errors}<e:Version>124.0</e:Version><e:Build>1</e:Build>`;

const searched = `<p:TransactionSearchResponse xmlns:p="urn:ebay:api:PayPalAPI" xmlns:e="urn:ebay:apis:eBLBaseComponents">${head(
  'SuccessWithWarning',
  `<e:Errors><e:ShortMessage>Search warning</e:ShortMessage><e:ErrorCode>11002</e:ErrorCode><e:SeverityCode>Warning</e:SeverityCode><e:ErrorParameters ParamID="TRUNCATED"><e:Value>100</e:Value></e:ErrorParameters></e:Errors>`,
)}<note>local</note><e:PaymentTransactions><e:Timestamp>2026-11-01T10:00:00.123Z</e:Timestamp><e:Timezone>GMT</e:Timezone><e:Type>Payment</e:Type><e:Payer>ann@example.org</e:Payer><e:PayerDisplayName>Ann</e:PayerDisplayName><e:TransactionID>8AB</e:TransactionID><e:Status>Completed</e:Status><e:GrossAmount currencyID="EUR">1000.50</e:GrossAmount><e:FeeAmount currencyID="EUR">-30.49</e:FeeAmount><e:NetAmount currencyID="EUR">970.01</e:NetAmount></e:PaymentTransactions></p:TransactionSearchResponse>`;

function refunded(id: string): string {
  return `<RefundTransactionResponse xmlns="urn:ebay:api:PayPalAPI" xmlns:e="urn:ebay:apis:eBLBaseComponents">${head('Success')}<RefundTransactionID>${id}-R</RefundTransactionID><NetRefundAmount currencyID="USD">5.00</NetRefundAmount><e:RefundInfo><e:RefundStatus>Instant</e:RefundStatus><e:PendingReason>none</e:PendingReason></e:RefundInfo></RefundTransactionResponse>`;
}
