import type { DescMessage, Message, Registry } from '@bufbuild/protobuf';
import { mergeFromText } from '@bufbuild/protobuf/txtpb';
import type { Cursor } from './cursor.ts';

/** An option as written: `(google.api.http).get = "/v1"` has two name parts, the first of them an extension. */
export interface WrittenOption {
  readonly path: readonly { readonly name: string; readonly isExtension: boolean }[];
  /** In the text format: the language of option values and the text format's agree, comments apart, which the tokens have lost. */
  readonly value: string;
  readonly isAggregate: boolean;
  readonly line: number;
}

/** An option that speaks of an extension: it is understood when every file is known. */
export interface PendingOption extends WrittenOption {
  readonly schema: DescMessage;
  readonly target: Message;
  /** The full name of what encloses it, from which its names are looked up. */
  readonly scope: string;
}

/** `name = value`, without what stands around it. */
export function readOption(cursor: Cursor): WrittenOption {
  const { line } = cursor.peek();
  const path = [readNamePart(cursor)];
  while (cursor.accept('.')) path.push(readNamePart(cursor));
  cursor.expect('=');
  const isAggregate = cursor.is('{');
  return { path, value: isAggregate ? readAggregate(cursor) : readScalar(cursor), isAggregate, line };
}

/** `[a = 1, (b).c = "x"]`, if there is one. */
export function readInlineOptions(cursor: Cursor): WrittenOption[] {
  if (!cursor.accept('[')) return [];
  const options = [readOption(cursor)];
  while (cursor.accept(',')) options.push(readOption(cursor));
  cursor.expect(']');
  return options;
}

/** Writes an option into an options message; throws where the message has no such option or the value does not fit it. */
export function applyOption(
  option: WrittenOption,
  schema: DescMessage,
  target: Message,
  extensions?: { readonly registry: Registry; fullName(name: string): string },
): void {
  let text = option.isAggregate ? option.value : `: ${option.value}`;
  for (const { name, isExtension } of [...option.path].reverse()) {
    const written = isExtension ? `[${extensions?.fullName(name) ?? name}]` : name;
    text = text.startsWith(':') || text.startsWith('{') ? `${written} ${text}` : `${written} { ${text} }`;
  }
  mergeFromText(schema, target, text, extensions ? { registry: extensions.registry } : {});
}

function readNamePart(cursor: Cursor) {
  if (!cursor.accept('(')) return { name: cursor.name().text, isExtension: false };
  const name = cursor.typeName();
  cursor.expect(')');
  return { name, isExtension: true };
}

function readScalar(cursor: Cursor): string {
  if (cursor.peek().kind === 'string') return cursor.stringLiterals();
  const sign = (cursor.accept('-') ?? cursor.accept('+'))?.text === '-' ? '-' : '';
  const { kind } = cursor.peek();
  return kind === 'name' || kind === 'number' ? sign + cursor.take().text : cursor.fail("an option's value");
}

const closing: Readonly<Record<string, string>> = { '{': '}', '[': ']', '<': '>' };

/** Everything between balanced brackets, the brackets included. */
function readAggregate(cursor: Cursor): string {
  const open: string[] = [];
  let text = '';
  let previousEnd: number | undefined;
  do {
    const token = cursor.take();
    if (token.kind === 'end') cursor.fail(`"${open.at(-1)}"`);
    const close = token.kind === 'symbol' ? closing[token.text] : undefined;
    if (close !== undefined) open.push(close);
    else if (token.kind === 'symbol' && token.text === open.at(-1)) open.pop();
    text += previousEnd === token.start || previousEnd === undefined ? token.text : ` ${token.text}`;
    previousEnd = token.end;
  } while (open.length > 0);
  return text;
}
