import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { OpenApiDocument } from '../document/document.ts';
import { findingsOf } from './findings.ts';
import { sizeOf } from './size.ts';
import { validatorOf } from './validator.ts';

/** So many findings of one document are told; who mends them is told the next. */
const mostFindings = 20;

/** Beyond these, comparing takes too much time or too many calls within calls. */
const mostValues = 2_000_000;
const mostLevels = 500;

/**
 * Compares a document with the schema that the OpenAPI Initiative publishes for its version. What it finds are warnings, and never keep
 * anything from being served: real documents have mistakes, and most of them do no harm.
 */
export async function lint(document: OpenApiDocument): Promise<readonly Diagnostic[]> {
  const { address, root, version } = document;
  const size = sizeOf(root);
  if (size.values > mostValues || size.levels > mostLevels)
    return [uncompared(document, 'it is too large or too deep')];
  try {
    const { validate, keywords } = await validatorOf(version);
    if (validate(root)) return [];
    const findings = findingsOf(validate.errors ?? [], keywords);
    const told = findings
      .slice(0, mostFindings)
      .map(({ pointer, message }): Diagnostic => finding(message, [address, pointer]));
    const more = findings.length - told.length;
    if (more > 0) told.push(finding(`And ${more} more that OpenAPI ${version} does not allow.`, [address]));
    return told;
  } catch (error) {
    if (error instanceof RangeError || error instanceof EvalError)
      return [uncompared(document, 'that is not possible here')];
    throw error;
  }
}

function finding(message: string, at: readonly string[]): Diagnostic {
  return { severity: 'warning', code: 'DOCUMENT_LINT', message, at };
}

function uncompared({ address, version }: OpenApiDocument, reason: string): Diagnostic {
  const message = `The document was not compared with the schema of OpenAPI ${version}: ${reason}.`;
  return { severity: 'note', code: 'DOCUMENT_LINT', message, at: [address] };
}
