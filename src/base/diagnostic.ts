/** How much a diagnostic matters: an `error` refuses what it speaks of, a `warning` changes it, a `note` only tells. */
export type Severity = 'error' | 'warning' | 'note';

/**
 * Every code a diagnostic of registration can carry: the one closed list.
 * (What a client can be answered is another list: `ErrorCode` in `error.ts`.)
 */
export type DiagnosticCode =
  // configuration
  | 'CONFIG_NOT_FOUND'
  | 'CONFIG_SYNTAX'
  | 'CONFIG_UNKNOWN_KEY'
  | 'CONFIG_INVALID_VALUE'
  | 'CONFIG_MISSING_KEY'
  | 'CONFIG_DUPLICATE_SOURCE'
  | 'CONFIG_ENV_NOT_SET'
  | 'CONFIG_ENV_MALFORMED'
  | 'CONFIG_EXISTS'
  | 'CONFIG_LITERAL_SECRET'
  | 'CONFIG_DOUBTFUL_ORDER'
  // reading documents
  | 'DOCUMENT_NOT_FOUND'
  | 'DOCUMENT_UNREADABLE'
  | 'DOCUMENT_OUTSIDE_ROOT'
  | 'DOCUMENT_HOST_NOT_ALLOWED'
  | 'DOCUMENT_UNREACHABLE'
  | 'DOCUMENT_TIMEOUT'
  | 'DOCUMENT_REFUSED'
  | 'DOCUMENT_TOO_LARGE'
  | 'DOCUMENT_SYNTAX'
  | 'DOCUMENT_INVALID'
  | 'DOCUMENT_LINT'
  | 'DOCUMENT_CHANGED'
  | 'DOCUMENT_UNPINNED'
  | 'PROTOCOL_UNKNOWN'
  // what a document says
  | 'REFERENCE_NOT_FOUND'
  | 'REFERENCE_CYCLE'
  | 'OPERATION_NOT_SUPPORTED'
  | 'OPERATION_EXCLUDED'
  | 'OPERATION_KIND_GUESSED'
  | 'CONSTRUCT_NOT_SUPPORTED'
  | 'CONSTRUCT_UNTYPED'
  | 'NAME_COLLISION'
  | 'NAME_CHANGED'
  | 'TYPES_MANY'
  | 'CREDENTIAL_MISSING'
  | 'CREDENTIAL_WITHHELD'
  // composition
  | 'OVERLAY_SYNTAX'
  | 'OVERLAY_UNKNOWN_TYPE'
  | 'OVERLAY_UNKNOWN_FIELD'
  | 'OVERLAY_TYPE_MISMATCH'
  | 'OVERLAY_SOURCE_ABSENT'
  | 'DIRECTIVE_UNKNOWN'
  | 'DIRECTIVE_NOT_IMPLEMENTED'
  | 'DIRECTIVE_INVALID'
  | 'POLICY_UNMATCHED'
  | 'LINK_UNKNOWN_CALL'
  | 'LINK_INVALID'
  | 'LINK_UNBATCHED'
  | 'BATCH_OFFERED'
  | 'TYPE_CONFLICT'
  | 'FIELD_CONFLICT'
  | 'SCHEMA_INVALID';

/** What we tell the operator about a document, the configuration or the overlay. Plain data. */
export interface Diagnostic {
  readonly severity: Severity;
  readonly code: DiagnosticCode;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** Where, from the outside in: the document's address or the source's name, then a pointer, line or coordinate in it. */
  readonly at: readonly string[];
  /** What to do next. */
  readonly hint?: string;
}

/** For a terminal: `error CODE at: message`, and the hint in a line of its own. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  return formatDiagnostics([diagnostic]);
}

/** The same of several. A hint that those in a row share stands once, below the last of them. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const lines = diagnostics.map(({ severity, code, at, message, hint }, index) => {
    const where = at.length > 0 ? `${at.join(' ')}: ` : '';
    const line = `${severity} ${code} ${harmless(where + message)}`;
    return hint === undefined || hint === diagnostics[index + 1]?.hint ? line : `${line}\n    hint: ${harmless(hint)}`;
  });
  return lines.join('\n');
}

/** Documents are others' words: what would steer a terminal or forge a line is made visible. */
function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

export function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error';
}
