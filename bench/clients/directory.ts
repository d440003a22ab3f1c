import { SaxesParser } from 'saxes';
import { Pool } from 'undici';

export interface Company {
  readonly id: number;
  readonly name: string;
  readonly city: string;
}

export interface Invoice {
  readonly number: string;
  readonly product: string;
  readonly quantity: number;
  readonly paid: boolean;
  readonly note: string;
}

type Reads = Readonly<Record<string, (text: string) => unknown>>;
type ReadItems = (xml: string, operation: string, item: string, reads: Reads) => Record<string, unknown>[];

const invoiceReads: Reads = { quantity: Number, paid: text => text === 'true' || text === '1' };
const soapNamespace = 'http://schemas.xmlsoap.org/soap/envelope/';
const namespace = 'urn:bench:directory';

/** The SOAP backend, written by hand: an envelope by concatenation, and a scanner that knows what it reads. */
export class DirectoryClient {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #readItems: ReadItems;

  constructor(address: string, readItems: ReadItems = carefulItems) {
    const { origin, pathname } = new URL(address);
    this.#pool = new Pool(origin, { connections: 64 });
    this.#path = pathname;
    this.#readItems = readItems;
  }

  getCompanies(ids: readonly number[]): Promise<readonly Company[]> {
    return this.#ask('GetCompanies', ids.map(id => `<id>${id}</id>`).join(''), 'company', { id: Number });
  }

  getInvoices(companyId: number): Promise<readonly Invoice[]> {
    return this.#ask('GetInvoices', `<companyId>${companyId}</companyId>`, 'invoice', invoiceReads);
  }

  getAllInvoices(): Promise<readonly Invoice[]> {
    return this.#ask('GetAllInvoices', '', 'invoice', invoiceReads);
  }

  async #ask<T>(operation: string, args: string, item: string, reads: Reads): Promise<T[]> {
    const { statusCode, body } = await this.#pool.request({
      method: 'POST',
      path: this.#path,
      headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: `"${namespace}#${operation}"` },
      body: `<soap:Envelope xmlns:soap="${soapNamespace}"><soap:Body><${operation} xmlns="${namespace}">${args}</${operation}></soap:Body></soap:Envelope>`,
    });
    if (statusCode === 200) return this.#readItems(await body.text(), operation, item, reads) as T[]; // by `reads`
    await body.dump();
    throw new Error(`${operation} was answered ${statusCode}.`);
  }
}

/** The items of an answer, as one reads them with care: names in their namespaces, no document type, and nothing but the answer that was asked for. */
export const carefulItems: ReadItems = (xml, operation, item, reads) => {
  const items: Record<string, unknown>[] = [];
  const parser = new SaxesParser({ xmlns: true, position: false });
  const path = [`{${soapNamespace}}Envelope`, `{${soapNamespace}}Body`, `{${namespace}}${operation}Response`];
  let depth = 0;
  let current: Record<string, unknown> | undefined;
  let text = '';
  parser.on('doctype', () => parser.fail('a document type declaration'));
  parser.on('opentag', ({ uri, local }) => {
    text = '';
    depth += 1;
    const expected = path[depth - 1];
    if (expected !== undefined && `{${uri}}${local}` !== expected) parser.fail(`{${uri}}${local} where ${expected} is`);
    if (depth === 4 && uri === namespace && local === item) {
      current = {};
      items.push(current);
    }
  });
  parser.on('text', part => {
    text += part;
  });
  parser.on('cdata', part => {
    text += part;
  });
  parser.on('closetag', ({ uri, local }) => {
    if (depth === 5 && current && uri === namespace) current[local] = reads[local]?.(text) ?? text;
    else if (depth === 4) current = undefined;
    depth -= 1;
  });
  parser.write(xml).close();
  return items;
};

/** Every element of a name, its children as fields, whatever their namespaces. */
export const hastyItems: ReadItems = (xml, _operation, item, reads) => {
  const items: Record<string, unknown>[] = [];
  const parser = new SaxesParser({ position: false });
  const localName = (name: string) => name.slice(name.indexOf(':') + 1);
  let current: Record<string, unknown> | undefined;
  let text = '';
  parser.on('opentag', ({ name }) => {
    text = '';
    if (localName(name) !== item) return;
    current = {};
    items.push(current);
  });
  parser.on('text', part => {
    text += part;
  });
  parser.on('closetag', ({ name }) => {
    const local = localName(name);
    if (local === item) current = undefined;
    else if (current) current[local] = reads[local]?.(text) ?? text;
  });
  parser.write(xml).close();
  return items;
};
