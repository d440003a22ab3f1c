import { Upload } from '../base/upload.ts';

/** The files in a value of an argument, or of several. */
export function uploadsIn(value: unknown): readonly Upload[] {
  if (value instanceof Upload) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(uploadsIn);
}
