import type { DescField, DescMessage } from '@bufbuild/protobuf';
import type { Members } from './members.ts';
import { isComposite } from './reachable.ts';

/**
 * The argument that a field of the request is, as the client writes it: `items[2].unit_price` is `items.2.unitPrice`. Undefined where the
 * request has no such field: what a backend says of itself is no argument (google.rpc.BadRequest.FieldViolation.field).
 */
export function argumentPath(request: DescMessage, path: string, members: Members): string | undefined {
  const steps: string[] = [];
  let message: DescMessage | undefined = request;
  for (const written of path.split('.')) {
    const [, name, places = ''] = /^([A-Za-z_]\w*)((?:\[\d+\])*)$/.exec(written) ?? [];
    const field: DescField | undefined = message?.fields.find(each => each.name === name || each.jsonName === name);
    if (!message || !field) return undefined;
    const names = members.namesOf(message);
    if (field.oneof) steps.push(names.oneof.get(field.oneof.name)!);
    steps.push(
      names.field.get(field)!,
      ...places
        .slice(1, -1)
        .split('][')
        .filter(place => place !== ''),
    );
    message = field.message && isComposite(field.message, members) ? field.message : undefined;
  }
  return steps.join('.');
}
