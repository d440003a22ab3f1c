import { DiagnosticLog } from '../document/diagnostic-log.ts';
import type { Located, OpenApiDocument } from '../document/document.ts';
import { operationReader3 } from '../document/openapi3.ts';
import type { Operation, OperationSite } from '../document/operation.ts';
import { operationNames, sitesOf } from '../document/operations.ts';
import { child, children, type Resolver } from '../document/resolver.ts';
import { operationReader2 } from '../document/swagger2.ts';
import { ConstraintReader } from '../schemas/constraints.ts';
import { resolverFor } from '../schemas/dynamic-resolver.ts';
import { Inheritance } from '../schemas/inheritance.ts';
import { NormalForm } from '../schemas/normal-form.ts';
import { standingPlace } from '../types/standing-place.ts';
import { OperationTypes } from './operation-types.ts';

/** What a document comes to before anything of it is called by a name: all of it is worked out once. */
export class Groundwork {
  readonly document: OpenApiDocument;
  readonly log = new DiagnosticLog();
  readonly resolver: Resolver;
  /** Schemas that were read, where the document says anything to Selvage. */
  readonly met = new Set<unknown>();
  readonly normal: NormalForm;
  readonly constraints: ConstraintReader;
  readonly components: readonly (Located & { readonly key: string })[];
  readonly inheritance: Inheritance;
  readonly sites: readonly OperationSite[];
  readonly operationTypes: OperationTypes;
  readonly #names: ReadonlyMap<OperationSite, string>;
  readonly #operations = new Map<OperationSite, Operation>();
  readonly #read: (site: OperationSite) => Operation;

  constructor(document: OpenApiDocument) {
    const { report } = this.log;
    const resolver = resolverFor(document, report);
    this.document = document;
    this.resolver = resolver;
    this.components = componentsOf(document, resolver);
    this.inheritance = new Inheritance(this.components, resolver);
    this.normal = new NormalForm(
      resolver,
      this.inheritance,
      document.said.length > 0 ? schema => this.met.add(this.written(schema)) : () => {},
      report,
    );
    this.constraints = new ConstraintReader(this.normal, report);
    this.sites = sitesOf(document, resolver);
    this.#read = document.version === '2.0' ? operationReader2(resolver) : operationReader3(resolver);
    this.#names = operationNames(this.sites, report);
    this.operationTypes = new OperationTypes(this.#names, document.address, resolver, site => this.operation(site));
  }

  /** What the document has for a value that was read. */
  readonly written = (value: unknown): unknown => this.resolver.instanceOf(value)?.written.value ?? value;

  /** Where what a schema is called is decided. */
  readonly standing = (schema: Located): Located => standingPlace(schema, this.resolver, this.normal);

  nameOf(site: OperationSite): string {
    return this.#names.get(site)!; // every site has one
  }

  operation(site: OperationSite): Operation {
    const known = this.#operations.get(site);
    if (known) return known;
    const operation = this.#read(site);
    this.#operations.set(site, operation);
    return operation;
  }
}

function componentsOf({ version }: OpenApiDocument, { root }: Resolver) {
  return children(version === '2.0' ? child(root, 'definitions') : child(child(root, 'components') ?? root, 'schemas'));
}
