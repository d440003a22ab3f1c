/**
 * An object that inherits nothing but, unlike one of `Object.create(null)`, has a hidden class. Its keys are the schema's, not data.
 */
export class Blank {
  [field: string]: unknown;
}
Object.setPrototypeOf(Blank.prototype, null);
Reflect.deleteProperty(Blank.prototype, 'constructor');
