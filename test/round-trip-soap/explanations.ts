/** Why a request is not found valid, or cannot be looked at, for a reason that is none of the adapter's. */
export interface Explanation {
  readonly document: RegExp;
  readonly reason: RegExp;
  readonly why: string;
}

/** Requests that xmllint does not find valid. */
export const explainedMisses: readonly Explanation[] = [
  {
    document: /./,
    reason: /demanded by the strict wildcard/,
    why: 'the element that was made for `xs:any` is one of the proof’s own, which no schema declares; which are declared, a client knows',
  },
  {
    document: /addPrefix__should_add_namespace/,
    reason: /No matching global declaration/,
    why: 'the binding names its portType without a prefix, so the proof finds no wrapper to validate by; the adapter takes the only one there is',
  },
];

/** Requests that xmllint cannot look at. */
export const explainedSchemas: readonly Explanation[] = [
  {
    document: /./,
    reason: /the message is encoded/,
    why: 'SOAP 1.1, 5: what encoding makes of a type is not what its schema says; such messages are proved by servers that read them',
  },
  {
    document: /./,
    reason: /content of a type, which has no element/,
    why: 'WSDL 1.1, 3.5: a document message of a `type` part has no element of its own; there is nothing that a schema could validate',
  },
  {
    document: /gowsdl\/vim/,
    reason: /does not resolve to a\(n\) type definition/,
    why: 'the files that hold its types are not among the fixtures',
  },
  {
    document: /node-soap/,
    reason: /not allowed, since not indicated by an import|does not resolve to a\(n\) (simple )?type definition/,
    why: 'a type is referred to that no schema of the sample defines, or whose file is not among the fixtures',
  },
  {
    document: /node-soap/,
    reason:
      /attribute 'name' is not allowed|attribute 'minOccurs' is not allowed|content is not valid|no corresponding namespace declaration|is not a schema document/,
    why: 'the sample’s schema is itself against XML Schema’s rules; it is read all the same',
  },
  {
    document: /wsdl2php\/references/,
    reason: /does not resolve to a\(n\) simple type definition/,
    why: 'a type of simple content extends one of complex content, against XML Schema’s rules (part 1, 3.4.3); it is read all the same',
  },
];

export function explanationOf(
  explanations: readonly Explanation[],
  document: string,
  reason: string,
): string | undefined {
  return explanations.find(each => each.document.test(document) && each.reason.test(reason))?.why;
}
