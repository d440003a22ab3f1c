import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { childrenOf, readTree, resolved, type Written, within, wsdl, xsd } from './written-tree.ts';

/** A schema as it is written: in a WSDL, or a file of its own. */
interface Part {
  readonly file: string;
  readonly element: Written;
  readonly namespace: string | undefined;
  /** The name it is given for xmllint. */
  readonly name: string;
  /** Reached by an include or a redefine alone: it comes with what includes it. */
  included: boolean;
}

export interface WrittenSchemas {
  /** The WSDL documents, the one that was asked for first. */
  readonly documents: readonly Written[];
  /** The schema that imports all. */
  readonly schema: string;
}

/**
 * The schemas of a WSDL as files for xmllint: the texts as they are written, with the prefixes that are in scope around them. Only
 * references are written anew, to the files of the folder; every schema imports every other namespace, which documents often forget to say.
 */
export function writeSchemas(
  file: string,
  folder: string,
  wellKnown: ReadonlyMap<string, string>,
  wrappers: (documents: readonly Written[]) => ReadonlyMap<string, string>,
): WrittenSchemas {
  const gathering = new Gathering();
  gathering.document(file);
  const namespaces = new Map<string, string>();
  const nameOf = (namespace: string) => {
    const name = namespaces.get(namespace) ?? `ns-${namespaces.size}.xsd`;
    namespaces.set(namespace, name);
    return name;
  };
  for (const { namespace, included } of gathering.parts) if (namespace !== undefined && !included) nameOf(namespace);
  const made = wrappers(gathering.documents);
  for (const namespace of made.keys()) if (namespace !== '') nameOf(namespace);
  const known = new Set(gathering.parts.map(part => part.namespace));
  const supplied = new Map<string, string>();
  const wanted = (text: string) => {
    for (const [namespace, schema] of wellKnown) {
      if (known.has(namespace) || supplied.has(namespace) || !text.includes(namespace)) continue;
      supplied.set(namespace, schema);
      nameOf(namespace);
      wanted(schema);
    }
  };
  for (const { text } of [...gathering.documents, ...gathering.parts.map(part => part.element)]) wanted(text);
  const local = gathering.parts.filter(part => part.namespace === undefined && !part.included);
  const imports = (own: string | undefined) =>
    (own === undefined || local.length === 0 ? '' : '<sv:import schemaLocation="ns-none.xsd"/>') +
    [...namespaces]
      .filter(([namespace]) => namespace !== (own ?? ''))
      .map(([namespace, name]) => `<sv:import namespace="${escaped(namespace)}" schemaLocation="${name}"/>`)
      .join('');
  for (const part of gathering.parts) writeFileSync(join(folder, part.name), gathering.textOf(part, imports));
  const opening = (namespace: string) => `<sv:schema xmlns:sv="${xsd}" targetNamespace="${escaped(namespace)}">`;
  for (const [namespace, name] of namespaces) {
    const own = gathering.parts.filter(part => part.namespace === namespace && !part.included);
    const includes = own.map(part => `<sv:include schemaLocation="${part.name}"/>`);
    const extra = made.get(namespace);
    if (extra !== undefined) {
      const wrapper = `made-${name}`;
      writeFileSync(join(folder, wrapper), `${opening(namespace)}${imports(namespace)}${extra}</sv:schema>`);
      includes.push(`<sv:include schemaLocation="${wrapper}"/>`);
    }
    const text = supplied.get(namespace);
    if (text !== undefined)
      writeFileSync(
        join(folder, name),
        text.replace(/(<xs:import namespace="([^"]*)")\/>/g, (_, tag, of) => `${tag} schemaLocation="${nameOf(of)}"/>`),
      );
    else writeFileSync(join(folder, name), `${opening(namespace)}${includes.join('')}</sv:schema>`);
  }
  const includes = local.map(part => `<sv:include schemaLocation="${part.name}"/>`).join('');
  const unqualified = `<sv:schema xmlns:sv="${xsd}">${includes}${made.get('') ?? ''}</sv:schema>`;
  writeFileSync(join(folder, 'ns-none.xsd'), unqualified);
  const schema = join(folder, 'all.xsd');
  const all = `<sv:include schemaLocation="ns-none.xsd"/>${imports(undefined)}`;
  writeFileSync(schema, `<sv:schema xmlns:sv="${xsd}">${all}</sv:schema>`);
  return { documents: gathering.documents, schema };
}

class Gathering {
  readonly documents: Written[] = [];
  readonly parts: Part[] = [];
  readonly #seen = new Set<string>();
  readonly #byFile = new Map<string, Part>();

  document(file: string): void {
    if (this.#seen.has(file)) return;
    this.#seen.add(file);
    const root = this.#read(file);
    if (!root) return;
    if (root.uri === xsd) {
      this.#part(file, root, false);
      return;
    }
    this.documents.push(root);
    for (const reference of childrenOf(root, wsdl, 'import')) this.#follow(file, reference.attributes['location']);
    for (const types of childrenOf(root, wsdl, 'types')) {
      for (const schema of childrenOf(types, xsd, 'schema')) this.#part(file, schema, false);
    }
  }

  #follow(from: string, location: string | undefined): void {
    if (location === undefined || /^https?:/.test(location)) return;
    this.document(join(dirname(from), location));
  }

  #part(file: string, element: Written, included: boolean): Part {
    const known = element.start === 0 || isRoot(element) ? this.#byFile.get(file) : undefined;
    if (known) {
      known.included &&= included;
      return known;
    }
    const { targetNamespace: namespace } = element.attributes;
    const part: Part = { file, element, namespace, name: `part-${this.parts.length}.xsd`, included };
    this.parts.push(part);
    if (isRoot(element)) this.#byFile.set(file, part);
    for (const reference of element.children.filter(child => child.uri === xsd)) {
      const location = reference.attributes['schemaLocation'];
      if (location === undefined || /^https?:/.test(location)) continue;
      const target = join(dirname(file), location);
      if (reference.local === 'import') this.document(target);
      else if (reference.local === 'include' || reference.local === 'redefine') {
        this.#seen.add(target);
        const root = this.#read(target);
        if (root?.uri === xsd) this.#part(target, root, true);
      }
    }
    return part;
  }

  #read(file: string): Written | undefined {
    return existsSync(file) ? readTree(file) : undefined;
  }

  /** The text of a schema that can stand by itself. */
  textOf({ file, element, namespace, included }: Part, imports: (own: string | undefined) => string): string {
    const { text } = element;
    let written = '';
    let from = element.opened;
    for (const reference of element.children.filter(child => child.uri === xsd)) {
      if (!/^(import|include|redefine)$/.test(reference.local)) continue;
      written += text.slice(from, reference.start);
      from = reference.end;
      const location = reference.attributes['schemaLocation'];
      const target = location === undefined ? undefined : this.#byFile.get(join(dirname(file), location));
      if (reference.local === 'include' && target) written += `<sv:include schemaLocation="${target.name}"/>`;
      if (reference.local === 'redefine' && target) {
        const start = text
          .slice(reference.start, reference.opened)
          .replace(/schemaLocation\s*=\s*("[^"]*"|'[^']*')/, `schemaLocation="${target.name}"`);
        written += start + text.slice(reference.opened, reference.end);
      }
    }
    written += text.slice(from, element.end);
    const start = text.slice(element.start, element.opened);
    const declarations = Object.entries({ ...customaryUsed(element), ...element.scope, sv: xsd })
      .filter(
        ([prefix]) =>
          prefix !== 'xml' &&
          prefix !== 'xmlns' &&
          !new RegExp(`\\sxmlns${prefix === '' ? '' : `:${prefix}`}\\s*=`).test(start),
      )
      .map(([prefix, uri]) => ` xmlns${prefix === '' ? '' : `:${prefix}`}="${escaped(uri)}"`)
      .join('');
    const opening = start.replace(/^<[^\s/>]+/, name => name + declarations);
    const all = namespace === undefined && included ? '' : imports(namespace);
    return opening.endsWith('/>') ? opening : opening + all + written;
  }
}

function isRoot(element: Written): boolean {
  return !/<[A-Za-z]/.test(
    element.text.slice(0, element.start).replace(/<!--[\s\S]*?-->|<!DOCTYPE[^>[]*(\[[\s\S]*?\])?>/g, ''),
  );
}

/** Customary prefixes that are used and not bound. */
function customaryUsed(element: Written): Record<string, string> {
  const used: Record<string, string> = {};
  for (const { text, start, opened } of within(element)) {
    const prefix = /^<(\w+):/.exec(text.slice(start, opened))?.[1];
    if (prefix !== undefined && (prefix === 's' || prefix === 'xs' || prefix === 'xsd')) used[prefix] = xsd;
  }
  return used;
}

/** What an rpc call is wrapped in, as a schema: by the WSDL's own words (WSDL 1.1, 3.5; WS-I Basic Profile 1.1, 4.4.1). */
export function rpcWrappers(documents: readonly Written[]): ReadonlyMap<string, string> {
  const wrappers = new Map<string, Map<string, string>>();
  const messages = new Map<string, Written>();
  const portTypes = new Map<string, Written>();
  for (const document of documents) {
    const home = document.attributes['targetNamespace'] ?? '';
    for (const one of childrenOf(document, wsdl, 'message')) messages.set(`${home} ${one.attributes['name']}`, one);
    for (const one of childrenOf(document, wsdl, 'portType')) portTypes.set(`${home} ${one.attributes['name']}`, one);
  }
  for (const document of documents) {
    for (const binding of childrenOf(document, wsdl, 'binding')) {
      const soap = binding.children.find(child => child.local === 'binding');
      const portType = portTypes.get(resolved(binding, binding.attributes['type'] ?? '').join(' '));
      for (const operation of childrenOf(binding, wsdl, 'operation')) {
        const { name = '' } = operation.attributes;
        const style =
          operation.children.find(child => child.local === 'operation')?.attributes['style'] ??
          soap?.attributes['style'];
        const [input] = childrenOf(operation, wsdl, 'input');
        const body = input?.children.find(child => child.local === 'body');
        if (style !== 'rpc' || body?.attributes['use'] === 'encoded') continue;
        const port = portType && childrenOf(portType, wsdl, 'operation').find(one => one.attributes['name'] === name);
        const asked = port && childrenOf(port, wsdl, 'input')[0];
        const message = asked && messages.get(resolved(asked, asked.attributes['message'] ?? '').join(' '));
        if (!message) continue;
        const headers = (input?.children ?? [])
          .filter(child => child.local === 'header')
          .map(child => child.attributes['part']);
        const listed = body?.attributes['parts']?.split(/\s+/).filter(part => part !== '');
        const accessors = childrenOf(message, wsdl, 'part')
          .filter(part =>
            listed ? listed.includes(part.attributes['name'] ?? '') : !headers.includes(part.attributes['name']),
          )
          .map(accessor)
          .join('');
        const namespace = body?.attributes['namespace'] ?? document.attributes['targetNamespace'] ?? '';
        const known = wrappers.get(namespace) ?? new Map<string, string>();
        wrappers.set(namespace, known);
        known.set(
          name,
          `<sv:element name="${escaped(name)}"><sv:complexType><sv:sequence>${accessors}</sv:sequence></sv:complexType></sv:element>`,
        );
      }
    }
  }
  return new Map([...wrappers].map(([namespace, elements]) => [namespace, [...elements.values()].join('')]));
}

function accessor(part: Written): string {
  const { name = '', type, element } = part.attributes;
  const [uri, local] = resolved(part, type ?? element ?? '');
  const declared = uri === '' ? '' : ` xmlns:of="${escaped(uri)}"`;
  const reference = `${uri === '' ? '' : 'of:'}${local}`;
  return element === undefined
    ? `<sv:element${declared} name="${escaped(name)}" form="unqualified" type="${reference}"/>`
    : `<sv:element${declared} ref="${reference}"/>`;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}
