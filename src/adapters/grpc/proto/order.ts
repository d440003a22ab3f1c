import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import { enclosing, joined, undotted } from './full-name.ts';

/** Files in an order in which every type stands before the files that use it, as registries want them. */
export function inOrder(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const byName = new Map(files.map(file => [file.name, file]));
  const circles = components(files, file => file.dependency.flatMap(name => byName.get(name) ?? []));
  return circles.flatMap(circle => (circle.length === 1 ? circle : takenApart(circle)));
}

/**
 * protobufjs reflects one file for each package, and packages may import each other where their files did not. The declarations of such
 * files become files of their own; what is left keeps the file's name and comes last. Types are not renamed.
 */
function takenApart(circle: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const units = circle.flatMap(file => [...file.messageType, ...file.enumType].map(declared => ({ file, declared })));
  const unitOf = new Map(units.map(unit => [joined(unit.file.package, unit.declared.name), unit]));
  const unitWith = (typeName: string) => {
    for (let name = undotted(typeName); name !== ''; name = enclosing(name)) {
      const unit = unitOf.get(name);
      if (unit) return [unit];
    }
    return [];
  };
  const names = new Set(circle.map(({ name }) => name));
  const before = new Set(circle.flatMap(({ dependency }) => dependency.filter(name => !names.has(name))));
  const part = (
    file: FileDescriptorProto,
    name: string,
    content: MessageInitShape<typeof FileDescriptorProtoSchema>,
  ) => {
    const { syntax, edition, options } = file;
    const shared = { package: file.package, syntax, edition, ...(options ? { options } : {}) };
    return create(FileDescriptorProtoSchema, { ...shared, name, dependency: [...before], ...content });
  };
  const parts: FileDescriptorProto[] = [];
  for (const together of components(units, ({ declared }) => typesIn(declared).flatMap(unitWith))) {
    for (const file of new Set(together.map(unit => unit.file))) {
      const own = new Set<unknown>(together.map(({ declared }) => declared));
      const messageType = file.messageType.filter(message => own.has(message));
      const enumType = file.enumType.filter(declared => own.has(declared));
      parts.push(part(file, `${file.name}#${parts.length}`, { messageType, enumType }));
    }
    before.add(parts.at(-1)!.name);
  }
  return [...parts, ...circle.map(file => part(file, file.name, { service: file.service, extension: file.extension }))];
}

/** The names of the types that a declaration needs. */
function typesIn(declared: DescriptorProto | EnumDescriptorProto): string[] {
  if (declared.$typeName === 'google.protobuf.EnumDescriptorProto') return [];
  const fields = [...declared.field, ...declared.extension].flatMap(field => [field.typeName, field.extendee]);
  return [...fields, ...declared.nestedType.flatMap(typesIn)];
}

/** Strongly connected components, each after those that it needs (Tarjan 1972); without recursion, as chains may be long. */
function components<T>(nodes: readonly T[], needs: (node: T) => readonly T[]): T[][] {
  const found: T[][] = [];
  const indices = new Map<T, number>();
  const lowest = new Map<T, number>();
  const open: T[] = [];
  const isOpen = new Set<T>();
  const way: { readonly node: T; readonly needed: Iterator<T> }[] = [];
  const enter = (node: T) => {
    lowest.set(node, indices.size);
    indices.set(node, indices.size);
    open.push(node);
    isOpen.add(node);
    way.push({ node, needed: needs(node)[Symbol.iterator]() });
  };
  const sink = (node: T, to: number) => lowest.set(node, Math.min(lowest.get(node)!, to));
  for (const start of nodes) {
    if (!indices.has(start)) enter(start);
    for (let step = way.at(-1); step !== undefined; step = way.at(-1)) {
      const { node, needed } = step;
      const next = needed.next();
      if (next.done !== true) {
        if (!indices.has(next.value)) enter(next.value);
        else if (isOpen.has(next.value)) sink(node, indices.get(next.value)!);
        continue;
      }
      way.pop();
      const parent = way.at(-1);
      if (parent) sink(parent.node, lowest.get(node)!);
      if (lowest.get(node) !== indices.get(node)) continue;
      const component = open.splice(open.lastIndexOf(node));
      for (const member of component) isOpen.delete(member);
      found.push(component);
    }
  }
  return found;
}
