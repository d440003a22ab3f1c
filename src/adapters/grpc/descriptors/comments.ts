import type { DescriptorProto, EnumDescriptorProto, FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { joined } from '../proto/full-name.ts';

/** What a file's comments say of its declarations, by full name. A value of an enum stands below the enum, unlike in the language. */
export function commentsOf(file: FileDescriptorProto): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { path, leadingComments, trailingComments } of file.sourceCodeInfo?.location ?? []) {
    const text = cleaned(leadingComments) || cleaned(trailingComments);
    if (text) texts.set(path.join('.'), text);
  }
  const comments = new Map<string, string>();
  if (texts.size === 0) return comments;
  const say = (path: string, name: string) => {
    const text = texts.get(path);
    if (text !== undefined) comments.set(name, text);
  };
  const sayOfEnum = (declared: EnumDescriptorProto, path: string, scope: string) => {
    const name = joined(scope, declared.name);
    say(path, name);
    for (const [index, value] of declared.value.entries()) say(`${path}.2.${index}`, joined(name, value.name));
  };
  const sayOfMessage = (message: DescriptorProto, path: string, scope: string) => {
    const name = joined(scope, message.name);
    say(path, name);
    for (const [index, field] of message.field.entries()) say(`${path}.2.${index}`, joined(name, field.name));
    for (const [index, oneof] of message.oneofDecl.entries()) say(`${path}.8.${index}`, joined(name, oneof.name));
    for (const [index, nested] of message.nestedType.entries()) sayOfMessage(nested, `${path}.3.${index}`, name);
    for (const [index, nested] of message.enumType.entries()) sayOfEnum(nested, `${path}.4.${index}`, name);
  };
  for (const [index, message] of file.messageType.entries()) sayOfMessage(message, `4.${index}`, file.package);
  for (const [index, declared] of file.enumType.entries()) sayOfEnum(declared, `5.${index}`, file.package);
  for (const [index, service] of file.service.entries()) {
    const name = joined(file.package, service.name);
    say(`6.${index}`, name);
    for (const [at, method] of service.method.entries()) say(`6.${index}.2.${at}`, joined(name, method.name));
  }
  return comments;
}

/** Without the common blank before each line. */
function cleaned(text: string | undefined): string {
  if (text === undefined) return '';
  return text
    .split('\n')
    .map(line => line.replace(/^ /, '').trimEnd())
    .join('\n')
    .trim();
}
