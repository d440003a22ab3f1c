import {
  create,
  createFileRegistry,
  type DescMessage,
  equals,
  type FileRegistry,
  type MessageShape,
} from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  EnumDescriptorProtoSchema,
  type FieldDescriptorProto,
  type FileDescriptorProto,
  type FileDescriptorSet,
  FileDescriptorSetSchema,
  ServiceDescriptorProtoSchema,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';
import type { Diagnostic, DiagnosticCode } from '../../../base/diagnostic.ts';
import type { CollectedFile } from './collect.ts';
import { declareOnce } from './declared-once.ts';
import { enclosing, joined, undotted } from './full-name.ts';
import { applyOption } from './option.ts';
import { inOrder } from './order.ts';

interface Linked {
  readonly set: FileDescriptorSet;
  readonly diagnostics: readonly Diagnostic[];
  /** Full names of methods whose types are not there. */
  readonly lostMethods: readonly string[];
}

interface Declaration {
  readonly kind: 'message' | 'enum' | 'service';
  readonly file: FileDescriptorProto;
  readonly desc: unknown;
}

/**
 * Makes files one set: every name of a type in full (protobuf.dev/programming-guides/proto3#name-resolution), options of extensions
 * understood, and what does not resolve left out with a diagnostic.
 */
export function link(files: readonly CollectedFile[], imports: Imports = 'exact'): Linked {
  return new Linker(files, imports).link();
}

/** `vague`: descriptors of reflection may lack imports, or have some that are not there. */
type Imports = 'exact' | 'vague';

class Linker {
  readonly #files: readonly CollectedFile[];
  readonly #diagnostics: Diagnostic[] = [];
  readonly #symbols = new Map<string, Declaration>();
  readonly #lostMethods: string[] = [];
  readonly #imports: Imports;
  readonly #byName: ReadonlyMap<string, FileDescriptorProto>;

  constructor(files: readonly CollectedFile[], imports: Imports) {
    this.#files = files;
    this.#imports = imports;
    this.#byName = new Map(files.map(({ descriptor }) => [descriptor.name, descriptor]));
  }

  link(): Linked {
    const own = this.#files.filter(file => !file.isBuiltIn);
    for (const { descriptor } of this.#files.filter(file => file.isBuiltIn)) this.#declareBuiltIn(descriptor);
    for (const { descriptor, address } of own) {
      declareOnce(descriptor, (what, name) =>
        this.#tell('warning', 'NAME_COLLISION', `${name} ${what}.`, [address, name]),
      );
    }
    for (const file of own) this.#declare(file);
    for (const file of own) this.#resolveFile(file);
    const set = create(FileDescriptorSetSchema, { file: inOrder(this.#files.map(({ descriptor }) => descriptor)) });
    this.#interpretOptions(set);
    return { set, diagnostics: this.#diagnostics, lostMethods: this.#lostMethods };
  }

  #tell(severity: Diagnostic['severity'], code: DiagnosticCode, message: string, at: readonly string[]): void {
    this.#diagnostics.push({ severity, code, message, at });
  }

  #declareBuiltIn(file: FileDescriptorProto): void {
    for (const desc of file.enumType) this.#symbols.set(joined(file.package, desc.name), { kind: 'enum', file, desc });
    for (const desc of file.messageType) {
      const name = joined(file.package, desc.name);
      this.#symbols.set(name, { kind: 'message', file, desc });
      this.#declareNested(file, desc, name);
    }
  }

  /** A name that an earlier file declares stays that file's. */
  #declare(file: CollectedFile): void {
    const { descriptor } = file;
    const keep = <D extends DescMessage>(
      kind: Declaration['kind'],
      schema: D,
      declared: MessageShape<D> & { name: string },
    ) => {
      const name = joined(descriptor.package, declared.name);
      const earlier = this.#symbols.get(name);
      if (!earlier) {
        this.#symbols.set(name, { kind, file: descriptor, desc: declared });
        return true;
      }
      if (this.#files.some(other => other.isBuiltIn && other.descriptor === earlier.file)) return false;
      const same = earlier.kind === kind && equals(schema, earlier.desc as MessageShape<D>, declared); // the kind tells the schema
      const message = `${name} is declared in "${earlier.file.name}" ${same ? 'alike' : 'otherwise'}; that one is taken.`;
      this.#tell(same ? 'note' : 'warning', 'NAME_COLLISION', message, [file.address, name]);
      return false;
    };
    descriptor.messageType = descriptor.messageType.filter(message => keep('message', DescriptorProtoSchema, message));
    descriptor.enumType = descriptor.enumType.filter(declared => keep('enum', EnumDescriptorProtoSchema, declared));
    descriptor.service = descriptor.service.filter(service => keep('service', ServiceDescriptorProtoSchema, service));
    for (const message of descriptor.messageType)
      this.#declareNested(descriptor, message, joined(descriptor.package, message.name));
  }

  #declareNested(file: FileDescriptorProto, message: DescriptorProto, scope: string): void {
    for (const desc of message.enumType) this.#symbols.set(joined(scope, desc.name), { kind: 'enum', file, desc });
    for (const desc of message.nestedType) {
      const name = joined(scope, desc.name);
      this.#symbols.set(name, { kind: 'message', file, desc });
      this.#declareNested(file, desc, name);
    }
  }

  #resolveFile(file: CollectedFile): void {
    const { descriptor, address } = file;
    if (this.#imports === 'vague') dropUnknownImports(descriptor, this.#byName);
    const visible = visibleFiles(descriptor, this.#byName);
    const find = (name: string, scope: string) => {
      const found = this.#find(name, scope, visible) ?? this.#find(name, scope);
      if (found && !visible.has(found.file)) {
        visible.add(found.file);
        descriptor.dependency.push(found.file.name);
        if (this.#imports === 'exact') {
          const message = `${found.name} is declared in "${found.file.name}", which is not imported here; it is taken all the same.`;
          this.#tell('note', 'REFERENCE_NOT_FOUND', message, [address]);
        }
      }
      return found;
    };
    const settle = (field: FieldDescriptorProto, scope: string) => {
      if (this.#settleField(field, scope, find)) return true;
      const what =
        field.extendee === '' ? `The type "${field.typeName}" is` : `"${field.typeName || field.extendee}" is`;
      this.#tell('warning', 'REFERENCE_NOT_FOUND', `${what} not declared; the field is left out.`, [
        address,
        joined(scope, field.name),
      ]);
      return false;
    };
    const settleMessage = (message: DescriptorProto, scope: string) => {
      const name = joined(scope, message.name);
      for (const nested of message.nestedType) settleMessage(nested, name);
      const broken = new Set(
        message.nestedType.filter(nested => nested.options?.mapEntry === true && nested.field.length < 2),
      );
      const brokenNames = new Set([...broken].map(entry => joined(name, entry.name)));
      message.field = message.field.filter(field => settle(field, name) && !brokenNames.has(undotted(field.typeName)));
      message.nestedType = message.nestedType.filter(nested => !broken.has(nested));
      message.extension = message.extension.filter(field => settle(field, name));
    };
    for (const message of descriptor.messageType) settleMessage(message, descriptor.package);
    descriptor.extension = descriptor.extension.filter(field => settle(field, descriptor.package));
    for (const service of descriptor.service) {
      const scope = joined(descriptor.package, service.name);
      service.method = service.method.filter(method => {
        const input = find(method.inputType, scope);
        const output = find(method.outputType, scope);
        if (input?.kind === 'message' && output?.kind === 'message') {
          method.inputType = `.${input.name}`;
          method.outputType = `.${output.name}`;
          return true;
        }
        const missing = input?.kind === 'message' ? method.outputType : method.inputType;
        this.#lostMethods.push(`${scope}/${method.name}`);
        this.#tell('warning', 'OPERATION_NOT_SUPPORTED', `The message "${missing}" is not declared.`, [
          address,
          `${scope}/${method.name}`,
        ]);
        return false;
      });
    }
  }

  /** True where the field's type, and what it extends, are there. */
  #settleField(field: FieldDescriptorProto, scope: string, find: Finder): boolean {
    if (field.extendee !== '') {
      const extendee = find(field.extendee, scope);
      if (extendee?.kind !== 'message') return false;
      field.extendee = `.${extendee.name}`;
    }
    if (field.typeName === '') return true;
    const type = find(field.typeName, scope);
    if (type === undefined || type.kind === 'service') return false;
    field.typeName = `.${type.name}`;
    if (type.kind === 'enum') field.type = Type.ENUM;
    else if (field.type !== Type.GROUP) field.type = Type.MESSAGE;
    return true;
  }

  #find(name: string, scope: string, visible?: ReadonlySet<FileDescriptorProto>) {
    for (let around = name.startsWith('.') ? '' : scope; ; around = enclosing(around)) {
      const candidate = joined(around, undotted(name));
      const symbol = this.#symbols.get(candidate);
      if (symbol && (visible === undefined || visible.has(symbol.file))) return { ...symbol, name: candidate };
      if (around === '') return undefined;
    }
  }

  #interpretOptions(set: FileDescriptorSet): void {
    const pending = this.#files.flatMap(file => file.pendingOptions.map(option => ({ file, option })));
    if (pending.length === 0) return;
    const registry = createFileRegistry(set);
    for (const { file, option } of pending) {
      const fullName = (name: string) => fullNameOfExtension(name, option.scope, registry);
      const isKnown = option.path.every(part => !part.isExtension || registry.getExtension(fullName(part.name)));
      if (!isKnown) continue; // its file is missing, which has been told
      try {
        applyOption(option, option.schema, option.target, { registry, fullName });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#tell('note', 'CONSTRUCT_NOT_SUPPORTED', `An option is not understood: ${reason}.`, [
          `${file.address}:${option.line}`,
        ]);
      }
    }
  }
}

type Finder = (name: string, scope: string) => (Declaration & { readonly name: string }) | undefined;

function fullNameOfExtension(name: string, scope: string, registry: FileRegistry): string {
  for (let around = name.startsWith('.') ? '' : scope; around !== ''; around = enclosing(around)) {
    const candidate = joined(around, name);
    if (registry.getExtension(candidate)) return candidate;
  }
  return undotted(name);
}

function dropUnknownImports(descriptor: FileDescriptorProto, known: ReadonlyMap<string, unknown>): void {
  descriptor.dependency = descriptor.dependency.filter(name => known.has(name));
  descriptor.publicDependency = [];
  descriptor.weakDependency = [];
}

/** A file sees itself, what it imports, and what those import publicly. */
function visibleFiles(
  descriptor: FileDescriptorProto,
  byName: ReadonlyMap<string, FileDescriptorProto>,
): Set<FileDescriptorProto> {
  const visible = new Set([descriptor]);
  const queue = [...descriptor.dependency, ...descriptor.optionDependency];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const file = byName.get(name);
    if (!file || visible.has(file)) continue;
    visible.add(file);
    queue.push(...file.publicDependency.flatMap(index => file.dependency[index] ?? []));
  }
  return visible;
}
