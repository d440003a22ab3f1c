import type { StartBackend } from './backend.ts';
import { customers, invoices } from './data.ts';
import { type HttpAnswer, type HttpQuestion, serveHttp } from './http-backend.ts';
import { escapeXml, readXml, type XmlElement } from './xml.ts';

type Invoice = (typeof invoices)[number];
type Customer = (typeof customers)[number];

const envelope = 'http://schemas.xmlsoap.org/soap/envelope/';
const messages = 'http://erp.example.com/billing/2009/03';
const types = 'http://erp.example.com/billing/types/2009/03';

/** What a caller did wrong; `invNo` goes into the fault's detail. */
class Refusal extends Error {
  readonly invNo: string | undefined;
  constructor(reason: string, invNo?: string) {
    super(reason);
    this.invNo = invNo;
  }
}

interface Operation {
  /** The elements a request may hold, in the order of its sequence: [minOccurs, maxOccurs]. */
  readonly takes: Readonly<Record<string, readonly [number, number]>>;
  answer(asked: Readonly<Record<string, readonly XmlElement[]>>, books: Invoice[]): string;
}

const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  [
    'GetInvoice',
    {
      takes: { invNo: [1, 1] },
      answer: ({ invNo }, books) => invoiceXml(invoiceOf(books, only(invNo))),
    },
  ],
  [
    'GetInvoices',
    {
      takes: { prodNo: [0, Infinity], custNo: [0, Infinity], issuedSince: [0, 1] },
      answer({ prodNo = [], custNo = [], issuedSince = [] }, books) {
        const since = Date.parse(issuedSince[0]?.text ?? '1970-01-01T00:00:00Z');
        return books
          .filter(invoice => has(prodNo, invoice.prodNo) || has(custNo, invoice.custNo))
          .filter(invoice => Date.parse(invoice.issuedAt) >= since)
          .reverse()
          .map(invoiceXml)
          .join('');
      },
    },
  ],
  [
    'GetCustomers',
    {
      takes: { custNo: [1, Infinity] },
      answer: ({ custNo = [] }) =>
        `<customers>${customers
          .filter(customer => has(custNo, customer.custNo))
          .map(customerXml)
          .join('')}</customers>`,
    },
  ],
  [
    'RecordPayment',
    {
      takes: { invNo: [1, 1], amount: [1, 1], paidAt: [1, 1] },
      answer({ invNo, amount }, books) {
        const invoice = invoiceOf(books, only(invNo));
        const paid = Number(only(amount));
        if (!(paid > 0 && paid <= Number(invoice.total)))
          throw new Refusal('The amount is not what is open', invoice.invNo);
        invoice.status = paid === Number(invoice.total) ? 'PAID' : 'PART-PAID';
        return invoiceXml(invoice);
      },
    },
  ],
]);

/** Billing: SOAP 1.1 document/literal, as `schemas/billing.wsdl` describes it. It reads what it gets as strictly as its elders. */
export const startBilling: StartBackend = onRequest => {
  const books = structuredClone(invoices);
  return serveHttp(async question => {
    try {
      const request = requestOf(question);
      const name = request.name.slice(messages.length + 2);
      const operation = request.name === `{${messages}}${name}` ? operations.get(name) : undefined;
      if (!operation) throw new Refusal(`No operation takes the element ${request.name}`);
      onRequest(`POST /billing ${name} ${request.children.map(child => child.text).join(' ')}`);
      const content = operation.answer(sorted(request, operation), books);
      return soap(200, `<${name}Response xmlns="${messages}" xmlns:t="${types}">${content}</${name}Response>`);
    } catch (error) {
      if (error instanceof Refusal) return fault(error);
      throw error;
    }
  }, '/billing');
};

/** The one element of the envelope's body. */
function requestOf({ method, headers, body }: HttpQuestion): XmlElement {
  if (method !== 'POST' || !String(headers['content-type']).startsWith('text/xml'))
    throw new Refusal('Send a POST of text/xml');
  if (headers['soapaction'] === undefined) throw new Refusal('There is no SOAPAction');
  const root = readXml(body);
  const content = root?.children.find(child => child.name === `{${envelope}}Body`)?.children ?? [];
  if (root?.name !== `{${envelope}}Envelope` || !content[0]) throw new Refusal('This is no SOAP 1.1 envelope');
  return content[0];
}

/** The request's elements by name. Refuses what is unknown, out of its sequence, missing or too many. */
function sorted(request: XmlElement, { takes }: Operation): Record<string, XmlElement[]> {
  const order = Object.keys(takes);
  const places = request.children.map(child => order.findIndex(name => child.name === `{${messages}}${name}`));
  if (places.some((place, index) => place < 0 || place < (places[index - 1] ?? 0))) {
    throw new Refusal(`Unexpected element; the sequence is ${order.join(', ')}`);
  }
  const found: Record<string, XmlElement[]> = Object.create(null);
  for (const [place, [name, [min, max]]] of Object.entries(takes).entries()) {
    const elements = request.children.filter((_, index) => places[index] === place);
    if (elements.length < min || elements.length > max) throw new Refusal(`${elements.length} elements ${name}`);
    found[name] = elements;
  }
  return found;
}

function invoiceOf(books: readonly Invoice[], invNo: string): Invoice {
  const found = books.find(invoice => invoice.invNo === invNo);
  if (!found) throw new Refusal('There is no such invoice', invNo);
  return found;
}

function only(elements: readonly XmlElement[] = []): string {
  return elements[0]?.text ?? '';
}

function has(elements: readonly XmlElement[], text: string): boolean {
  return elements.some(element => element.text === text);
}

function invoiceXml(invoice: Invoice): string {
  const { custNo, prodNo, quantity, issuedAt, status } = invoice;
  return `<invoice invNo="${escapeXml(invoice.invNo)}">${typed({ custNo, prodNo, quantity })}<t:total currency="${
    invoice.currency
  }">${invoice.total}</t:total>${typed({ issuedAt, status, remark: invoice.remark })}</invoice>`;
}

function customerXml({ custNo, address, name, ...rest }: Customer): string {
  const { taxNo, creditLimit, since } = rest;
  return `<t:customer custNo="${escapeXml(custNo)}">${typed({ name })}<t:address>${typed(address)}</t:address>${typed({
    taxNo,
    creditLimit,
    since,
  })}</t:customer>`;
}

/** Elements of the types' namespace, in the order given; null is xsi:nil. */
function typed(values: Readonly<Record<string, string | number | null>>): string {
  const nil = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"';
  return Object.entries(values)
    .map(([name, value]) =>
      value === null ? `<t:${name} ${nil}/>` : `<t:${name}>${escapeXml(String(value))}</t:${name}>`,
    )
    .join('');
}

function fault({ message, invNo }: Refusal): HttpAnswer {
  const number = invNo === undefined ? '' : `<invNo>${escapeXml(invNo)}</invNo>`;
  const detail = `<BillingFault xmlns="${messages}"><reason>${escapeXml(message)}</reason>${number}</BillingFault>`;
  return soap(
    500,
    `<soap:Fault><faultcode>soap:Client</faultcode><faultstring>${escapeXml(message)}</faultstring><detail>${detail}</detail></soap:Fault>`,
  );
}

function soap(status: number, content: string): HttpAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="${envelope}"><soap:Body>${content}</soap:Body></soap:Envelope>`;
  return { status, type: 'text/xml; charset=utf-8', body };
}
