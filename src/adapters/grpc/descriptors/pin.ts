import { type Checked, refused } from '../../../base/checked.ts';
import type { Source } from '../../../source/source.ts';
import type { GrpcDocument } from './document.ts';
import { fingerprintOf } from './fingerprint.ts';

/** What a server says of itself, if it is what the source is pinned to. A source that is not is told how. */
export function pinned(reflected: Checked<GrpcDocument>, { options }: Source): Checked<GrpcDocument> {
  if (!reflected.ok) return reflected;
  const { value, diagnostics } = reflected;
  const fingerprint = fingerprintOf(value);
  const at = [value.address];
  if (options.pin === undefined) {
    const message = 'The server could say something else of itself tomorrow, and that would be the schema.';
    const told = { severity: 'note', code: 'DOCUMENT_UNPINNED', message, at, hint: `set pin: ${fingerprint}` } as const;
    return { ok: true, value: { ...value, fingerprint }, diagnostics: [...diagnostics, told] };
  }
  if (options.pin === fingerprint) return { ok: true, value: { ...value, fingerprint }, diagnostics };
  return refused(...diagnostics, {
    severity: 'error',
    code: 'DOCUMENT_CHANGED',
    message: `The server describes itself otherwise than the source is pinned to (${options.pin}).`,
    at,
    hint: `look at it with "selvage inspect"; if it is right, set pin: ${fingerprint}`,
  });
}
