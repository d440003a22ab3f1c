import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLError,
} from 'yaml';
import type { Diagnostic, DiagnosticCode } from '../base/diagnostic.ts';
import { didYouMean } from '../base/suggestion.ts';
import type { Env } from './env.ts';
import { type Substituted, substitute } from './substitution.ts';

/** From the top of the file to a value: keys of maps, indexes of lists. */
export type KeyPath = readonly (string | number)[];

/** A value of the file: YAML's own, with references to the environment replaced. Maps have no prototype. */
export type ConfigValue =
  | null
  | boolean
  | number
  | string
  | Substituted
  | readonly ConfigValue[]
  | { readonly [key: string]: ConfigValue };

const maxNodes = 100_000;

/** The file as data, which knows where each value stands and gathers what there is to say about it. */
export class ConfigTree {
  readonly value: ConfigValue;
  readonly #name: string;
  readonly #lines = new LineCounter();
  readonly #places = new Map<string, { readonly key: number; readonly value: number }>();
  readonly #findings: { readonly offset: number; readonly diagnostic: Diagnostic }[] = [];
  readonly #unusable = new Set<string>();
  readonly #env: Env;
  #nodes = 0;

  /** `name` is how messages call the file. */
  constructor(text: string, name: string, env: Env) {
    this.#name = name;
    this.#env = env;
    const document = parseDocument(text, { lineCounter: this.#lines, uniqueKeys: false, prettyErrors: false });
    const [error] = document.errors; // the others mostly follow from the first
    if (error) this.#find('error', 'CONFIG_SYNTAX', error.pos[0], [], sentence(error.message), hintFor(text, error));
    this.value = error ? null : this.#read(document.contents, [], document);
  }

  /** What was found, in the file's order. */
  get diagnostics(): readonly Diagnostic[] {
    return [...this.#findings].sort((a, b) => a.offset - b.offset).map(finding => finding.diagnostic);
  }

  /** Says that a value is wrong; once for each value, the first time. */
  wrong(path: KeyPath, message: string, hint?: string, code: DiagnosticCode = 'CONFIG_INVALID_VALUE'): void {
    if (this.#unusable.has(id(path))) return;
    this.#unusable.add(id(path));
    this.#find('error', code, this.#place(path).value, path, message, hint);
  }

  /** Says that a map lacks a key. */
  missing(path: KeyPath, key: string, message: string, hint?: string): void {
    if (this.#unusable.has(id(path))) return;
    this.#find('error', 'CONFIG_MISSING_KEY', this.#place(path).key, [...path, key], message, hint);
  }

  /** Says that a key is not known where it stands. */
  unknown(path: KeyPath, message: string, hint?: string): void {
    this.#find('error', 'CONFIG_UNKNOWN_KEY', this.#place(path).key, path, message, hint);
  }

  warn(path: KeyPath, code: DiagnosticCode, message: string, hint: string): void {
    this.#find('warning', code, this.#place(path).value, path, message, hint);
  }

  /** The address of a value, for what is found out about it later. */
  at(path: KeyPath): readonly string[] {
    return this.#address(this.#place(path).key, path);
  }

  #address(offset: number, path: KeyPath): readonly string[] {
    const { line, col } = this.#lines.linePos(offset);
    return [`${this.#name}:${line}:${col}`, ...(path.length > 0 ? [path.join('.')] : [])];
  }

  /** Takes over what was found in a file that the value names. */
  adopt(path: KeyPath, diagnostic: Diagnostic): void {
    this.#findings.push({ offset: this.#place(path).value, diagnostic });
  }

  /** Is something wrong with this very value already? */
  isUnusable(path: KeyPath): boolean {
    return this.#unusable.has(id(path));
  }

  #find(
    severity: Diagnostic['severity'],
    code: DiagnosticCode,
    offset: number,
    path: KeyPath,
    message: string,
    hint?: string,
  ): void {
    const diagnostic: Diagnostic = {
      severity,
      code,
      message,
      at: this.#address(offset, path),
      ...(hint === undefined ? {} : { hint }),
    };
    this.#findings.push({ offset, diagnostic });
  }

  /** Where a value stands, or else the nearest that holds it. */
  #place(path: KeyPath): { readonly key: number; readonly value: number } {
    for (let length = path.length; length > 0; length--) {
      const place = this.#places.get(id(path.slice(0, length)));
      if (place) return place;
    }
    return { key: 0, value: 0 };
  }

  #read(node: unknown, path: KeyPath, document: Document): ConfigValue {
    this.#nodes += 1;
    if (this.#nodes > maxNodes || path.length > 32) {
      this.wrong(path, 'The configuration is too large: aliases multiply it.', 'write the values out', 'CONFIG_SYNTAX');
      return null;
    }
    if (isAlias(node)) return this.#read(node.resolve(document), path, document);
    if (isMap(node)) return this.#readMap(node.items, path, document);
    if (isSeq(node)) {
      return node.items.map((item, index) => {
        this.#places.set(id([...path, index]), { key: offsetOf(item), value: offsetOf(item) });
        return this.#read(item, [...path, index], document);
      });
    }
    if (!isScalar(node)) return null;
    if (typeof node.value === 'string') return this.#substitute(node.value, path);
    return typeof node.value === 'number' || typeof node.value === 'boolean' ? node.value : null;
  }

  #readMap(items: readonly Pair[], path: KeyPath, document: Document): ConfigValue {
    const map: Record<string, ConfigValue> = Object.create(null);
    for (const { key, value } of items) {
      const name = isScalar(key) ? String(key.value) : String(key);
      const here = [...path, name];
      const keyOffset = offsetOf(key);
      if (Object.hasOwn(map, name)) {
        this.#repeated(here, keyOffset);
        continue;
      }
      const isEmpty = value === null || (isScalar(value) && value.value === null);
      this.#places.set(id(here), { key: keyOffset, value: isEmpty ? keyOffset : offsetOf(value) });
      map[name] = this.#read(value, here, document);
    }
    return map;
  }

  #repeated(path: KeyPath, offset: number): void {
    const first = this.#lines.linePos(this.#place(path).key).line;
    const name = String(path.at(-1));
    if (path.length === 2 && path[0] === 'sources') {
      const message = `The source "${name}" is declared twice, first in line ${first}.`;
      this.#find('error', 'CONFIG_DUPLICATE_SOURCE', offset, path, message, 'give one of them another name');
      return;
    }
    this.#find(
      'error',
      'CONFIG_SYNTAX',
      offset,
      path,
      `"${name}" is written twice, first in line ${first}.`,
      'remove one of them',
    );
  }

  #substitute(written: string, path: KeyPath): string | Substituted {
    return substitute(written, this.#env, {
      unset: name => {
        const near = didYouMean(
          name,
          Object.keys(this.#env).filter(known => known.length > 3),
        );
        const hint = `set it, or write \${${name}:-default}`;
        this.wrong(path, `The environment variable ${name} is not set.${near}`, hint, 'CONFIG_ENV_NOT_SET');
      },
      malformed: reference => {
        const hint = `write \${NAME} or \${NAME:-default}`;
        this.wrong(path, `"${reference}" is no reference to the environment.`, hint, 'CONFIG_ENV_MALFORMED');
      },
    });
  }
}

function id(path: KeyPath): string {
  return path.join('\0');
}

function offsetOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0; // `yaml` types the parts of a parsed pair as unknown; they are nodes or null
}

/** The first line of the parser's message, as a sentence, without what it quotes: that may be a secret. */
function sentence(message: string): string {
  const line = message.split('\n', 1)[0]!.replace(/: ".*/, '');
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

function hintFor(text: string, { code, pos: [offset] }: YAMLError): string | undefined {
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return 'is a line below indented more than the others beside it?';
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1).split('\n', 1)[0]!;
  return /[{,[].*[^"']\$\{/.test(line) ? `inside { } and [ ] quote references: "\${NAME}"` : undefined;
}
