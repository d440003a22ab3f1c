import { expect, it } from 'vitest';
import { type Diagnostic, formatDiagnostics } from '../../src/base/diagnostic.ts';

it('tells a hint that several in a row share once, below the last of them', () => {
  const told = (message: string, hint?: string): Diagnostic => ({
    severity: 'error',
    code: 'FIELD_CONFLICT',
    message,
    at: [],
    ...(hint === undefined ? {} : { hint }),
  });
  const diagnostics = [told('One.', 'x'), told('Two.', 'x'), told('Three.'), told('Four.'), told('Five.', 'x')];
  expect(formatDiagnostics(diagnostics).replaceAll('error FIELD_CONFLICT ', '')).toBe(
    'One.\nTwo.\n    hint: x\nThree.\nFour.\nFive.\n    hint: x',
  );
});
