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

type Read = (text: string) => unknown;

const invoiceReads = { quantity: Number, paid: (text: string) => text === 'true' || text === '1' };

/** The SOAP backend, written by hand: an envelope by concatenation, and a scanner that knows what it reads. */
export class DirectoryClient {
  readonly #pool: Pool;
  readonly #path: string;

  constructor(address: string) {
    const { origin, pathname } = new URL(address);
    this.#pool = new Pool(origin, { connections: 64 });
    this.#path = pathname;
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

  async #ask<T>(operation: string, args: string, item: string, reads: Readonly<Record<string, Read>>): Promise<T[]> {
    const { statusCode, body } = await this.#pool.request({
      method: 'POST',
      path: this.#path,
      headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: `"urn:bench:directory#${operation}"` },
      body: `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><${operation} xmlns="urn:bench:directory">${args}</${operation}></soap:Body></soap:Envelope>`,
    });
    if (statusCode === 200) return itemsOf(await body.text(), item, reads) as T[]; // by `reads`
    await body.dump();
    throw new Error(`${operation} was answered ${statusCode}.`);
  }
}

/** Every element of a name, its children as fields. */
function itemsOf(xml: string, item: string, reads: Readonly<Record<string, Read>>): Record<string, unknown>[] {
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
  parser.on('error', error => {
    throw error;
  });
  parser.write(xml).close();
  return items;
}
