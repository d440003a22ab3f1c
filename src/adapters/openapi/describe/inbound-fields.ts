import type { FieldDefinitionNode, InputValueDefinitionNode } from 'graphql';
import { field } from '../../../adapter/definitions.ts';
import { coordinate } from '../../../base/coordinate.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { shortHash } from '../../../base/names.ts';
import type { Source } from '../../../source/source.ts';
import type { OpenApiCall } from '../call/call.ts';
import { callbackPlace } from '../call/callback-place.ts';
import type { Located, OpenApiDocument } from '../document/document.ts';
import { callbackSites, type InboundSite, webhookSites } from '../document/inbound-sites.ts';
import type { OperationSite } from '../document/operation.ts';
import type { Resolver } from '../document/resolver.ts';
import { speakOfField } from '../types/speak-of-field.ts';
import type { TypeBuilder } from '../types/type-builder.ts';
import { typeOf } from '../types/type-of.ts';
import { describeInbound } from './describe-inbound.ts';

/** What asks for callbacks: a call that is described already. */
export interface Asking {
  readonly site: OperationSite;
  readonly call: OpenApiCall;
  readonly arguments: readonly InputValueDefinitionNode[];
}

interface Parts {
  readonly document: OpenApiDocument;
  readonly resolver: Resolver;
  readonly source: Source;
  readonly builder: TypeBuilder;
  /** Is the field among those that the source's `operations` takes? */
  isIncluded(name: string): boolean;
}

/** A field of `Subscription`, with its call. */
interface InboundField {
  readonly field: FieldDefinitionNode;
  readonly call: OpenApiCall;
}

/** Webhooks and callbacks as fields of `Subscription`. Without `webhooks:` nobody could verify what comes, and there are none. */
export class InboundFields {
  readonly fields: InboundField[] = [];
  /** What is not served. */
  readonly left: Located[] = [];
  readonly #parts: Parts;
  readonly #taken: Set<string>;
  #untaken = 0;
  #unaddressed = 0;

  /** `taken`: the names that `Subscription` has. */
  constructor(parts: Parts, taken: Iterable<string>) {
    this.#parts = parts;
    this.#taken = new Set(taken);
  }

  webhooks(): void {
    const { document, resolver } = this.#parts;
    for (const site of webhookSites(document, resolver)) {
      const name = this.#claim(site);
      if (name === undefined) continue;
      const asked = { method: site.method, path: '', parameters: [], accept: '', responses: [] };
      this.#add(site, name, [], { operation: name, ...asked });
    }
  }

  /** The events of a callback begin with the operation that asks for them, so its arguments are the field's. */
  callbacks({ site, call, arguments: args }: Asking): void {
    const { document, resolver, builder } = this.#parts;
    for (const found of callbackSites(site, call.operation, document, resolver)) {
      const name = this.#claim(found);
      if (name === undefined) continue;
      if (this.#parts.source.options.webhooks?.publicUrl === undefined) {
        this.#unaddressed += 1;
        this.left.push(found.operation);
        continue;
      }
      builder.drafts(); // what the body is made of must be known
      const place = callbackPlace(found.expression ?? '', call.parameters, call.body, type => builder.shapeNamed(type));
      if (place) this.#add(found, name, args, { ...call, operation: name }, place);
      else {
        builder.report(unplaced(found));
        this.left.push(found.operation);
      }
    }
  }

  /** Its own name, or undefined where it is not taken. */
  #claim(site: InboundSite): string | undefined {
    const { source, builder, isIncluded } = this.#parts;
    if (!source.options.webhooks) this.#untaken += 1;
    if (!source.options.webhooks || !isIncluded(site.name)) {
      this.left.push(site.operation);
      return undefined;
    }
    const [, pointer] = site.at;
    let { name } = site;
    for (let salt = pointer; this.#taken.has(name); salt += '+') name = `${site.name}_${shortHash(salt)}`;
    this.#taken.add(name);
    if (name !== site.name) builder.report(collision(name, site));
    return name;
  }

  #add(
    site: InboundSite,
    name: string,
    args: readonly InputValueDefinitionNode[],
    call: OpenApiCall,
    place?: readonly string[],
  ): void {
    const { resolver, builder } = this.#parts;
    const event = describeInbound(site, name, resolver, builder);
    if (!event) {
      this.left.push(site.operation);
      return;
    }
    const { operation, result, contents, schema } = event;
    const at = coordinate('Subscription', name);
    builder.said.of(at, site.operation);
    if (schema) speakOfField(at, schema, result, builder);
    const inbound = { method: site.method, ...(contents.length > 0 ? { contents } : {}), ...(place ? { place } : {}) };
    this.fields.push({ field: field(name, typeOf(result), operation, args), call: { ...call, inbound } });
  }

  /** Says once what is left out for want of configuration. */
  tell(): void {
    const { document, builder } = this.#parts;
    const at = [document.address];
    if (this.#untaken > 0)
      builder.report({
        severity: 'note',
        code: 'CONFIG_MISSING_KEY',
        message: `${this.#untaken} webhooks and callbacks of the document are left out: what comes could not be verified.`,
        at,
        hint: 'Give the source `webhooks: { standard: { secret: "…" } }`, or how else its backend signs.',
      });
    if (this.#unaddressed > 0)
      builder.report({
        severity: 'note',
        code: 'CONFIG_MISSING_KEY',
        message: `${this.#unaddressed} callbacks of the document are left out: the backend could not be told where to call.`,
        at,
        hint: "Give the source's `webhooks:` a `publicUrl:`.",
      });
  }
}

function collision(name: string, { at }: InboundSite): Diagnostic {
  return {
    severity: 'note',
    code: 'NAME_COLLISION',
    message: `Another subscription has the same field name; this one's is "${name}".`,
    at,
  };
}

function unplaced({ at, expression = '' }: InboundSite): Diagnostic {
  return {
    severity: 'warning',
    code: 'CONSTRUCT_NOT_SUPPORTED',
    message: `The callback is left out: ${JSON.stringify(expression.slice(0, 100))} names no argument that the gateway could write its address to.`,
    at,
    hint: 'An expression that is a part of the request and nothing else is understood, such as {$request.body#/callbackUrl}.',
  };
}
