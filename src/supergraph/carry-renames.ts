import { isInterfaceType } from 'graphql';
import { type Catalogue, prefixedType } from './catalogue.ts';

/** A field of an interface has one name in all implementations (GraphQL October 2021, 3.6.1). */
export function carryRenames(catalogue: Catalogue, renames: Map<string, string>): void {
  const inherit = (from: string, to: string) => {
    const name = renames.get(from);
    if (name !== undefined && !renames.has(to)) renames.set(to, name);
  };
  for (const [typeName, owners] of catalogue.types) {
    for (const { member, type } of owners) {
      if (!isInterfaceType(type)) continue;
      const { objects, interfaces } = member.schema.getImplementations(type);
      for (const implementation of [...objects, ...interfaces]) {
        for (const [fieldName, [owner]] of catalogue.fields(typeName)) {
          const heir = `${prefixedType(member, implementation.name)}.${fieldName}`;
          inherit(`${typeName}.${fieldName}`, heir);
          if (!owner || !('args' in owner.field)) continue;
          for (const { name } of owner.field.args) inherit(`${typeName}.${fieldName}.${name}`, `${heir}.${name}`);
        }
      }
    }
  }
}
