import type { HttpResponse } from '../../adapter/http-client.ts';
import { type CallName, codeOfHttpStatus, upstreamError } from '../../adapter/upstream-error.ts';
import { childrenNamed, elementsOf, textOf, type XmlElement } from '../../adapter/xml/tree.ts';
import { decodeXml } from '../../adapter/xml/xml-bytes.ts';
import { writeXml } from '../../adapter/xml/xml-writer.ts';
import type { ErrorCode, GatewayError } from '../../base/error.ts';
import { exposedFault, type FaultExposure } from './message/exposed-fault.ts';
import { envelopeNamespace, localOf, namespaceOf, type QName, type SoapVersion } from './qname.ts';
import { resolveQName } from './xml-conventions.ts';

type StandardCode = 'Client' | 'Server' | 'MustUnderstand' | 'VersionMismatch';

/**
 * A SOAP fault as a GatewayError (mapping.md B3, edge.md C2). A client sees which of the standard codes it is; what the backend wrote
 * (its own codes, text and detail) is the `cause`, for the log.
 */
export function faultError(
  fault: XmlElement,
  version: SoapVersion,
  status: number,
  call: CallName,
  forwardsIdentity: boolean,
  {
    header,
    exposure,
  }: { readonly header?: XmlElement | undefined; readonly exposure?: FaultExposure | undefined } = {},
): GatewayError {
  const { entries, ...said } = version === '1.1' ? fault11(fault) : fault12(fault);
  const faultCode = standardCode(said.codes[0]);
  const role = standardRole(said.role);
  // Faults of header blocks are told in the header (SOAP 1.1, 4.4; WSDL 1.1, 3.7).
  const told = [...entries, ...(header ? elementsOf(header) : [])];
  const exposed = exposure && exposedFault({ ...said, entries: told }, exposure);
  const soap = { faultCode, ...(role === undefined ? {} : { role }), ...(exposed ? { codes: exposed.codes } : {}) };
  const options = {
    details: { soap, ...(exposed?.body === undefined ? {} : { body: exposed.body }) },
    cause: { ...said, status, ...(header ? { header: writeXml(header) } : {}) },
    refusesCredential: status === 401 || isOfSecurity(said.codes),
  };
  return upstreamError(codeOf(said.codes, faultCode, forwardsIdentity), call, options, exposed?.message);
}

/** An answer that is no envelope: by its HTTP status, or malformed where that was a success. What it says is for the log. */
export function statusError(
  { status, headers, body }: HttpResponse,
  reason: string,
  call: CallName,
  forwardsIdentity: boolean,
): GatewayError {
  const contentType = headers['content-type'];
  const text = decodeXml(body, contentType) ?? body.toString('latin1');
  const cause = { status, contentType, reason, body: text.slice(0, mostOfBody) };
  if (status >= 200 && status < 300) return upstreamError('UPSTREAM_MALFORMED', call, { cause });
  const details = { http: { status } };
  const refusesCredential = status === 401;
  return upstreamError(codeOfHttpStatus(status, forwardsIdentity), call, { cause, details, refusesCredential });
}

/** Characters of a body that go to the log. */
const mostOfBody = 2_000;

interface Said {
  /** The code, then its subcodes. */
  readonly codes: readonly QName[];
  readonly string: string;
  readonly role: string | undefined;
  readonly detail: string | undefined;
  /** What stands in the detail. */
  readonly entries: readonly XmlElement[];
}

/** SOAP 1.1, 4.4. Its parts are in no namespace; some servers put them into the envelope's. */
function fault11(fault: XmlElement): Said {
  const part = (local: string) => elementsOf(fault).find(element => element.local === local);
  const code = part('faultcode');
  const detail = part('detail');
  return {
    codes: code ? [codeIn(code)] : [],
    string: textIn(part('faultstring')),
    role: textIn(part('faultactor')) || undefined,
    detail: detail && writeXml(detail),
    entries: detail ? elementsOf(detail) : [],
  };
}

/** SOAP 1.2 part 1, 5.4. */
function fault12(fault: XmlElement): Said {
  const within = (parent: XmlElement | undefined, local: string) =>
    parent && childrenNamed(parent, envelopeNamespace['1.2'], local)[0];
  const codes: QName[] = [];
  for (let code = within(fault, 'Code'); code; code = within(code, 'Subcode')) {
    const value = within(code, 'Value');
    if (value) codes.push(codeIn(value));
  }
  const detail = within(fault, 'Detail');
  return {
    codes,
    string: textIn(within(within(fault, 'Reason'), 'Text')),
    role: textIn(within(fault, 'Role')) || undefined,
    detail: detail && writeXml(detail),
    entries: detail ? elementsOf(detail) : [],
  };
}

/** A code's prefix may be bound to nothing: then its local name is all there is. */
function codeIn(element: XmlElement): QName {
  const text = textOf(element).trim();
  return resolveQName(element, text) ?? text.slice(text.indexOf(':') + 1);
}

function textIn(element: XmlElement | undefined): string {
  return element ? textOf(element).trim() : '';
}

/** Codes of one's own count as the server's; `Client.Authentication` is `Client` (SOAP 1.1, 4.4.1). 1.2's names are said as 1.1's. */
function standardCode(code: QName = ''): StandardCode {
  const general = localOf(code).split('.')[0];
  if (general === 'Client' || general === 'Sender') return 'Client';
  return general === 'MustUnderstand' || general === 'VersionMismatch' ? general : 'Server';
}

const securityNamespace = /wss-wssecurity-secext|\/secext$|ws-sx\/ws-/;
/** By themselves, or after a dot (SOAP 1.1, 4.4.1). */
const securityCodes =
  /(?:^|\.)(FailedAuthentication|FailedCheck|InvalidSecurity|InvalidSecurityToken|SecurityTokenUnavailable|UnsupportedSecurityToken)$/;

function isOfSecurity(codes: readonly QName[]): boolean {
  return codes.some(code => securityNamespace.test(namespaceOf(code)) || securityCodes.test(localOf(code)));
}

function codeOf(codes: readonly QName[], standard: StandardCode, forwardsIdentity: boolean): ErrorCode {
  if (isOfSecurity(codes)) return forwardsIdentity ? 'UNAUTHENTICATED' : 'UPSTREAM_ERROR';
  return standard === 'Client' ? 'BAD_USER_INPUT' : 'UPSTREAM_ERROR';
}

/** Only a role that the specifications name: others are addresses of the backend's own network. */
function standardRole(role: string | undefined): string | undefined {
  const match =
    /^http:\/\/(?:schemas\.xmlsoap\.org\/soap\/actor|www\.w3\.org\/2003\/05\/soap-envelope\/role)\/(\w+)$/.exec(
      role ?? '',
    );
  return match?.[1];
}
