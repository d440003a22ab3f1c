import type { OpenApiCall } from './call.ts';
import type { Model, Shape } from './shape.ts';

/** How many items the document allows in a list of the arguments (`maxItems`); `into` is the way to it. Undefined: it does not say. */
export function mostItemsOf(call: OpenApiCall, into: readonly string[], model: Model): number | undefined {
  const [argument = '', ...deeper] = into;
  const [given] = [...call.parameters, ...(call.body ? [call.body] : [])].filter(each => each.argument === argument);
  let shape: Shape | undefined = given?.shape;
  for (const name of deeper) {
    const type = shape?.kind === 'type' && Object.hasOwn(model.types, shape.name) ? model.types[shape.name] : undefined;
    shape = type?.kind === 'object' ? type.fields.find(field => field.name === name)?.shape : undefined;
  }
  return shape?.kind === 'list' ? shape.constraints?.items?.[1] : undefined;
}
