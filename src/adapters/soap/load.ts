import type { LoadIo } from '../../adapter/adapter.ts';
import { readXml } from '../../adapter/xml/read-xml.ts';
import { attribute, childrenNamed, elementsOf, type XmlElement } from '../../adapter/xml/tree.ts';
import { type Checked, checked, refused } from '../../base/checked.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { DocumentReader, SourceText } from '../../source/reader.ts';
import type { Source } from '../../source/source.ts';
import { qname, soapEncodingNamespaces, wsdlNamespace, xsdNamespace } from './qname.ts';
import { isWellKnown } from './well-known/well-known.ts';
import { wellKnownDefinitions } from './well-known/well-known-definitions.ts';
import { documentLimits } from './xml-conventions.ts';

/** A WSDL with all it imports: trees, not yet understood. */
export interface SoapDocument {
  /** Of the WSDL that was asked for. */
  readonly address: string;
  /** Every `wsdl:definitions`, that one first. */
  readonly definitions: readonly LoadedDefinitions[];
  /** Every `xs:schema`; one that is included by several namespaces stands here for each. */
  readonly schemas: readonly LoadedSchema[];
}

interface LoadedDefinitions {
  readonly address: string;
  readonly root: XmlElement;
}

export interface LoadedSchema {
  readonly address: string;
  readonly root: XmlElement;
  readonly targetNamespace: string;
  /** Included by a schema of another namespace, which it takes on (XSD 1.0 part 1, 4.2.1). */
  readonly chameleon: boolean;
}

/** Reads a WSDL 1.1 document and what it imports. An import that cannot be read is a warning: the rest goes on without it. */
export async function load(source: Source, io: LoadIo): Promise<Checked<SoapDocument>> {
  const reference = source.document;
  if (reference === undefined) {
    return refused({
      severity: 'error',
      code: 'CONFIG_MISSING_KEY',
      message: 'A SOAP source needs a WSDL document.',
      at: [source.name],
      hint: 'Give its path or URL as "document".',
    });
  }
  const text = await io.reader.read(reference);
  if (!text.ok) return text;
  const loading = new Loading(io.reader);
  await loading.start(text.value);
  const diagnostics = [...text.diagnostics, ...loading.diagnostics];
  if (loading.definitions.length === 0) return { ok: false, diagnostics };
  const { definitions, schemas } = loading;
  return checked({ address: text.value.address, definitions, schemas }, diagnostics);
}

const builtInNamespaces: ReadonlySet<string> = new Set([xsdNamespace, ...soapEncodingNamespaces]);

const wsdl2Namespace = 'http://www.w3.org/ns/wsdl';

/** A reference that was met and is still to be followed. */
interface Pending {
  readonly location: string;
  readonly base: string;
  readonly kind: 'definitions' | 'import' | 'include';
  /** The namespace that the reference speaks of; of an include, that of the including schema. */
  readonly namespace: string | undefined;
}

class Loading {
  readonly definitions: LoadedDefinitions[] = [];
  readonly schemas: LoadedSchema[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly #reader: DocumentReader;
  readonly #pending: Pending[] = [];
  /** `address|namespace` of what was read. */
  readonly #visited = new Set<string>();
  readonly #trees = new Map<string, XmlElement | undefined>();

  constructor(reader: DocumentReader) {
    this.#reader = reader;
  }

  async start(text: SourceText): Promise<void> {
    const root = this.#parse(text, 'error');
    if (!root) return;
    if (root.namespace !== wsdlNamespace || root.local !== 'definitions') {
      const found = qname(root.namespace, root.local);
      const message =
        root.namespace === wsdl2Namespace
          ? 'It is WSDL 2.0, and WSDL 1.1 is what is read.'
          : `The root element is ${found}, not WSDL 1.1's ${qname(wsdlNamespace, 'definitions')}.`;
      this.#say('error', 'DOCUMENT_INVALID', message, [text.address]);
      return;
    }
    this.#visited.add(`${text.address}|definitions`);
    this.#takeDefinitions({ address: text.address, root });
    for (let next = this.#pending.shift(); next; next = this.#pending.shift()) await this.#follow(next);
  }

  async #follow(pending: Pending): Promise<void> {
    if (/^https?:/i.test(pending.location) && this.#takeWellKnown(pending)) return;
    const text = await this.#reader.read(pending.location, pending.base);
    if (!text.ok) {
      if (pending.kind !== 'definitions' && pending.namespace !== undefined && isWellKnown(pending.namespace)) return;
      if (this.#takeWellKnown(pending)) return;
      for (const diagnostic of text.diagnostics) {
        this.diagnostics.push({
          ...diagnostic,
          severity: 'warning',
          at: [pending.base, ...diagnostic.at.filter(part => part !== pending.base)],
          hint:
            diagnostic.hint ??
            'What depends on it is left out or untyped; put the file there, or widen "root" or "include".',
        });
      }
      return;
    }
    const root = this.#parse(text.value, 'warning');
    if (!root) return;
    const { address } = text.value;
    if (root.namespace === wsdlNamespace && root.local === 'definitions') {
      if (this.#firstVisit(`${address}|definitions`)) this.#takeDefinitions({ address, root });
    } else if (root.namespace === xsdNamespace && root.local === 'schema') {
      this.#takeSchema(address, root, pending);
    } else {
      const found = qname(root.namespace, root.local);
      const message = `What is imported is neither a WSDL nor a schema: its root element is "${found}".`;
      this.#say('warning', 'DOCUMENT_INVALID', message, [address]);
    }
  }

  /** A WSDL that everybody imports, where there is no copy beside the document. */
  #takeWellKnown({ kind, namespace }: Pending): boolean {
    const root = kind === 'definitions' && namespace !== undefined ? wellKnownDefinitions(namespace) : undefined;
    if (!root || namespace === undefined) return false;
    if (this.#firstVisit(`${namespace}|definitions`)) this.#takeDefinitions({ address: namespace, root });
    return true;
  }

  #takeDefinitions(definitions: LoadedDefinitions): void {
    const { address, root } = definitions;
    this.definitions.push(definitions);
    for (const reference of childrenNamed(root, wsdlNamespace, 'import')) {
      const location = attribute(reference, 'location');
      const namespace = attribute(reference, 'namespace');
      if (location) this.#pending.push({ location, base: address, kind: 'definitions', namespace });
    }
    for (const types of childrenNamed(root, wsdlNamespace, 'types')) {
      for (const schema of childrenNamed(types, xsdNamespace, 'schema')) this.#takeSchema(address, schema);
      // Some write the import without a schema around it, and mean the same.
      for (const reference of childrenNamed(types, xsdNamespace, 'import')) this.#refer(reference, address, '');
    }
  }

  #takeSchema(address: string, root: XmlElement, from?: Pending): void {
    const own = attribute(root, 'targetNamespace');
    const including = from?.kind === 'include' ? (from.namespace ?? '') : undefined;
    const chameleon = own === undefined && including !== undefined && including !== '';
    const targetNamespace = own ?? (chameleon ? including : '');
    if (builtInNamespaces.has(targetNamespace)) return; // what it defines is known, and differently
    // Several schemas stand in one WSDL: only files of their own are told apart by address.
    if (from && !this.#firstVisit(`${address}|${targetNamespace}`)) return;
    this.schemas.push({ address, root, targetNamespace, chameleon });
    for (const reference of elementsOf(root)) this.#refer(reference, address, targetNamespace);
  }

  #refer(reference: XmlElement, address: string, targetNamespace: string): void {
    if (reference.namespace !== xsdNamespace) return;
    const location = attribute(reference, 'schemaLocation');
    if (!location) return; // an import without a location speaks of what stands elsewhere in the document
    if (reference.local === 'include' || reference.local === 'redefine') {
      this.#pending.push({ location, base: address, kind: 'include', namespace: targetNamespace });
    } else if (reference.local === 'import') {
      const namespace = attribute(reference, 'namespace');
      if (namespace !== undefined && isWellKnown(namespace) && /^https?:/i.test(location)) return;
      this.#pending.push({ location, base: address, kind: 'import', namespace });
    }
  }

  #firstVisit(key: string): boolean {
    if (this.#visited.has(key)) return false;
    this.#visited.add(key);
    return true;
  }

  #parse(text: SourceText, severity: 'error' | 'warning'): XmlElement | undefined {
    if (this.#trees.has(text.address)) return this.#trees.get(text.address);
    const reading = readXml(text.text, documentLimits);
    this.#trees.set(text.address, reading.ok ? reading.root : undefined);
    if (!reading.ok) {
      const { place, reason } = located(text.address, reading.problem);
      this.#say(severity, 'DOCUMENT_SYNTAX', `The document is not well-formed XML: ${reason}`, [place]);
      return undefined;
    }
    if (reading.unboundPrefixes.length > 0) {
      const message = `Prefixes are used that nothing binds: ${reading.unboundPrefixes.join(', ')}. They are read by custom.`;
      this.#say('warning', 'DOCUMENT_INVALID', message, [text.address]);
    }
    return reading.root;
  }

  #say(severity: Diagnostic['severity'], code: Diagnostic['code'], message: string, at: readonly string[]): void {
    this.diagnostics.push({ severity, code, message, at });
  }
}

/** saxes tells the place before the reason, `line:column: reason`, and counts columns from 0 only where a line is empty. */
function located(address: string, problem: string): { readonly place: string; readonly reason: string } {
  const [, line, column, reason] = /^(\d+):(\d+): (.*)$/s.exec(problem) ?? [];
  if (reason === undefined) return { place: address, reason: problem };
  return { place: `${address}:${line}:${Math.max(1, Number(column))}`, reason };
}
