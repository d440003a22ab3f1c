import {
  DirectiveLocation,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  isEnumType,
  Kind,
  print,
  type TypeExtensionNode,
  type TypeNode,
} from 'graphql';
import { isLegalName } from '../base/names.ts';
import { didYouMean } from '../base/suggestion.ts';
import { type Annotation, schemaElement } from '../policy/annotation.ts';
import { shapingDirectives } from '../policy/directives.ts';
import type { DirectiveUse } from '../policy/read-directive.ts';
import { carryRenames } from './carry-renames.ts';
import { append, type Catalogue, type FieldOwner, isRoot, type OpenMember, prefixedReference } from './catalogue.ts';
import type { EntityDraft, OverlayDrafts } from './drafts.ts';
import { extensionKinds } from './extension-kinds.ts';
import { declaredLinks, hiddenFields } from './links/declared-links.ts';
import { draftLink } from './links/draft-link.ts';
import type { LinkDraft } from './links/link-draft.ts';
import { type Overlay, readDirectives } from './read-overlay.ts';
import { type Report, spot } from './report.ts';
import { isReserved } from './reserved-names.ts';

/** Holds the overlay against what the sources bring. */
export function interpret(
  overlay: Overlay,
  catalogue: Catalogue,
  absent: readonly string[],
  report: Report,
): OverlayDrafts {
  const reading = new Reading(catalogue, absent, report);
  for (const member of catalogue.members) reading.declarations(member);
  for (const use of overlay.ofSchema) reading.schema(use);
  for (const extension of overlay.extensions) reading.extension(extension);
  for (const definition of overlay.definitions) {
    const name = definition.name.value;
    const known = catalogue.types.has(name);
    const message = known
      ? `The type ${name} exists: an overlay extends it.`
      : `The overlay defines the type ${name}, which no source could fill.`;
    const hint = known ? `Write "extend" before it.` : 'Use a type of a source.';
    report.error('OVERLAY_TYPE_MISMATCH', message, spot(definition, name), hint);
  }
  reading.takeDeclared();
  carryRenames(catalogue, reading.renames);
  return reading;
}

function annotationOf({ name, args, node }: DirectiveUse, coordinate: string): Annotation {
  return { directive: name, args, at: spot(node, coordinate) };
}

class Reading implements OverlayDrafts {
  readonly renames = new Map<string, string>();
  readonly hidden = new Set<string>();
  readonly links: LinkDraft[] = [];
  readonly entities: EntityDraft[] = [];
  readonly annotations = new Map<string, Annotation[]>();
  readonly #declared = new Map<string, LinkDraft>();
  readonly #catalogue: Catalogue;
  readonly #absent: readonly string[];
  readonly #report: Report;

  constructor(catalogue: Catalogue, absent: readonly string[], report: Report) {
    this.#catalogue = catalogue;
    this.#absent = absent;
    this.#report = report;
  }

  /** What a source's own document says in words of the overlay. */
  declarations(member: OpenMember): void {
    for (const coordinate of hiddenFields(member)) this.hidden.add(coordinate);
    for (const link of declaredLinks(member)) {
      const coordinate = `${link.typeName}.${link.field.name.value}`;
      if (!this.#declared.has(coordinate)) this.#declared.set(coordinate, link);
    }
  }

  /** Those for which the overlay has no link of its own. */
  takeDeclared(): void {
    const written = new Set(this.links.map(({ typeName, field }) => `${typeName}.${field.name.value}`));
    for (const [coordinate, link] of this.#declared) {
      if (written.has(coordinate)) continue;
      const { name } = link.field;
      if (!isReserved(name.value) && !this.#catalogue.fields(link.typeName).has(name.value)) this.links.push(link);
      else this.#report.warning('FIELD_CONFLICT', `The link ${coordinate} is left out: the name is taken.`, link.at);
    }
  }

  /** What the overlay says of the schema as a whole. */
  schema(use: DirectiveUse): void {
    append(this.annotations, schemaElement, annotationOf(use, schemaElement));
  }

  extension(node: TypeExtensionNode): void {
    const name = node.name.value;
    const { is, location } = extensionKinds[node.kind];
    const uses = readDirectives(node.directives, location, name, this.#report);
    const [owner] = this.#catalogue.types.get(name) ?? [];
    if (!owner) {
      this.#unknown('OVERLAY_UNKNOWN_TYPE', `type ${name}`, name, this.#catalogue.types.keys(), node, name);
      return;
    }
    if (!is(owner.type)) {
      const message = `${name} is of another kind than the extension says.`;
      this.#report.error('OVERLAY_TYPE_MISMATCH', message, spot(node, name));
      return;
    }
    for (const use of uses) {
      if (use.name === 'entity') this.entities.push({ typeName: name, use });
      else if (isRoot(name) && shapingDirectives.has(use.name)) {
        this.#report.error('DIRECTIVE_INVALID', `@${use.name} cannot stand on a root type.`, spot(use.node, name));
      } else this.#annotate(use, name);
    }
    if ('interfaces' in node && node.interfaces?.length) {
      this.#report.error('OVERLAY_TYPE_MISMATCH', 'An overlay adds no interfaces to a type.', spot(node, name));
    }
    if ('types' in node && node.types?.length) {
      this.#report.error('OVERLAY_TYPE_MISMATCH', 'An overlay adds no members to a union.', spot(node, name));
    }
    if ('values' in node) for (const value of node.values ?? []) this.#enumValue(name, value);
    if (node.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION)
      for (const field of node.fields ?? []) this.#inputField(name, field);
    if (node.kind === Kind.OBJECT_TYPE_EXTENSION || node.kind === Kind.INTERFACE_TYPE_EXTENSION) {
      for (const field of node.fields ?? []) this.#field(node, field);
    }
  }

  #field(parent: TypeExtensionNode, node: FieldDefinitionNode): void {
    const typeName = parent.name.value;
    const coordinate = `${typeName}.${node.name.value}`;
    const owners = this.#catalogue.fields(typeName).get(node.name.value);
    // @deprecated is a new field's own to say.
    const directives = node.directives?.filter(({ name }) => owners || name.value !== 'deprecated');
    const uses = readDirectives(directives, DirectiveLocation.FIELD_DEFINITION, coordinate, this.#report);
    const resolve = uses.find(use => use.name === 'resolve');
    if (owners) {
      if (resolve) {
        const message = `${coordinate} is filled by its own source: a link is a new field.`;
        this.#report.error('LINK_INVALID', message, spot(resolve.node, coordinate), 'Give the link another name.');
      }
      if (!this.#sameType(owners, node.type, node, coordinate)) return;
      for (const argument of node.arguments ?? []) this.#argument(owners, coordinate, argument);
    } else if (resolve) this.#link(parent, node, resolve);
    else if (this.#declared.has(coordinate)) {
      const declared = this.#declared.get(coordinate);
      if (declared && !this.#fits([declared.field.type], node.type, node, coordinate)) return;
    } else if (!node.directives?.some(({ name }) => name.value === 'resolve')) {
      const known = this.#catalogue.fields(typeName).keys();
      this.#unknown(
        'OVERLAY_UNKNOWN_FIELD',
        `field ${coordinate}`,
        node.name.value,
        known,
        node,
        coordinate,
        'A new field needs @resolve: nobody else fills it.',
      );
    }
    for (const use of uses) if (use !== resolve) this.#annotate(use, coordinate);
  }

  #link(parent: TypeExtensionNode, field: FieldDefinitionNode, use: DirectiveUse): void {
    const draft = draftLink(parent, field, use, this.#report);
    if (!draft) return;
    const coordinate = `${draft.typeName}.${field.name.value}`;
    if (this.links.some(link => link.typeName === draft.typeName && link.field.name.value === field.name.value))
      this.#report.error('FIELD_CONFLICT', `${coordinate} is defined twice.`, spot(field, coordinate));
    else this.links.push(draft);
  }

  #argument(owners: readonly FieldOwner[], field: string, node: InputValueDefinitionNode): void {
    const name = node.name.value;
    const coordinate = `${field}.${name}`;
    const uses = readDirectives(node.directives, DirectiveLocation.ARGUMENT_DEFINITION, coordinate, this.#report);
    const args = owners.flatMap(({ member, field }) =>
      ('args' in field ? field.args : []).map(({ name, type }) => ({ member, name, type })),
    );
    const found = args.filter(arg => arg.name === name);
    if (found.length === 0) {
      const known = args.map(arg => arg.name);
      this.#unknown('OVERLAY_UNKNOWN_FIELD', `argument ${name} of ${field}`, name, known, node, coordinate);
      return;
    }
    const types = found.map(({ member, type }) => prefixedReference(member, type));
    if (!this.#fits(types, node.type, node, coordinate)) return;
    for (const use of uses) this.#annotate(use, coordinate);
  }

  #inputField(typeName: string, node: InputValueDefinitionNode): void {
    const coordinate = `${typeName}.${node.name.value}`;
    const uses = readDirectives(node.directives, DirectiveLocation.INPUT_FIELD_DEFINITION, coordinate, this.#report);
    const fields = this.#catalogue.fields(typeName);
    const owners = fields.get(node.name.value);
    if (!owners) {
      this.#unknown(
        'OVERLAY_UNKNOWN_FIELD',
        `input field ${coordinate}`,
        node.name.value,
        fields.keys(),
        node,
        coordinate,
      );
      return;
    }
    if (!this.#sameType(owners, node.type, node, coordinate)) return;
    for (const use of uses) this.#annotate(use, coordinate);
  }

  #enumValue(typeName: string, node: EnumValueDefinitionNode): void {
    const name = node.name.value;
    const coordinate = `${typeName}.${name}`;
    const uses = readDirectives(node.directives, DirectiveLocation.ENUM_VALUE, coordinate, this.#report);
    const known = (this.#catalogue.types.get(typeName) ?? []).flatMap(({ type }) =>
      isEnumType(type) ? type.getValues().map(value => value.name) : [],
    );
    if (!known.includes(name)) {
      this.#unknown('OVERLAY_UNKNOWN_FIELD', `enum value ${coordinate}`, name, known, node, coordinate);
      return;
    }
    for (const use of uses) this.#annotate(use, coordinate);
  }

  #annotate(use: DirectiveUse, coordinate: string): void {
    if (use.name === 'inaccessible') {
      this.hidden.add(coordinate);
      return;
    }
    if (!shapingDirectives.has(use.name)) {
      append(this.annotations, coordinate, annotationOf(use, coordinate));
      return;
    }
    if (use.name === 'operation' && !isRoot(coordinate.split('.')[0] ?? '')) {
      this.#report.error('DIRECTIVE_INVALID', '@operation speaks of fields of root types.', spot(use.node, coordinate));
    }
    if (use.name !== 'rename') return;
    const to = String(use.args['to']);
    if (!isLegalName(to) || isReserved(to) || (isRoot(to) && !coordinate.includes('.'))) {
      const message = `"${to}" is not a name that a client may see.`;
      this.#report.error('DIRECTIVE_INVALID', message, spot(use.node, coordinate));
      return;
    }
    const before = this.renames.get(coordinate);
    if (before !== undefined && before !== to) {
      const message = `${coordinate} is renamed twice: to "${before}" and to "${to}".`;
      this.#report.error('DIRECTIVE_INVALID', message, spot(use.node, coordinate));
      return;
    }
    this.renames.set(coordinate, to);
  }

  #sameType(
    owners: readonly FieldOwner[],
    written: TypeNode,
    node: FieldDefinitionNode | InputValueDefinitionNode,
    coordinate: string,
  ): boolean {
    const types = owners.map(({ member, field }) => prefixedReference(member, field.type));
    return this.#fits(types, written, node, coordinate);
  }

  #fits(
    types: readonly TypeNode[],
    written: TypeNode,
    node: FieldDefinitionNode | InputValueDefinitionNode,
    coordinate: string,
  ): boolean {
    const is = types.map(type => print(type));
    if (is.includes(print(written))) return true;
    const message = `${coordinate} is of the type ${is.join(' / ')}, not ${print(written)}: the overlay annotates, it changes no types.`;
    this.#report.error('OVERLAY_TYPE_MISMATCH', message, spot(node, coordinate), `Write ${is[0]}.`);
    return false;
  }

  /** Where a source is absent, what is unknown may be its own: that waits for the source. */
  #unknown(
    code: 'OVERLAY_UNKNOWN_TYPE' | 'OVERLAY_UNKNOWN_FIELD',
    what: string,
    written: string,
    known: Iterable<string>,
    node: FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode | TypeExtensionNode,
    coordinate: string,
    hint?: string,
  ): void {
    if (this.#absent.length > 0) {
      const message = `The ${what} is left out: no source that is loaded has it, and ${this.#absent.join(', ')} is absent.`;
      this.#report.warning('OVERLAY_SOURCE_ABSENT', message, spot(node, coordinate));
      return;
    }
    this.#report.error(code, `There is no ${what}.${didYouMean(written, known)}`, spot(node, coordinate), hint);
  }
}
