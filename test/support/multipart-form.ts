import { isRecord } from '../../src/base/json.ts';
import { Upload } from '../../src/base/upload.ts';

/** An operation with the files in its variables (GraphQL multipart request specification); each of them has come as a whole. */
export function multipartForm(query: string, variables: unknown): FormData {
  const files: { readonly place: string; readonly upload: Upload }[] = [];
  const without = (value: unknown, place: string): unknown => {
    if (value instanceof Upload) {
      files.push({ place, upload: value });
      return null;
    }
    if (Array.isArray(value)) return value.map((item, index) => without(item, `${place}.${index}`));
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, without(each, `${place}.${key}`)]));
  };
  const form = new FormData();
  form.set('operations', JSON.stringify({ query, variables: without(variables, 'variables') }));
  form.set('map', JSON.stringify(Object.fromEntries(files.map(({ place }, index) => [index, [place]]))));
  for (const [index, { upload }] of files.entries()) {
    const pieces = upload.file.whole()?.map(piece => Uint8Array.from(piece)) ?? [];
    form.set(String(index), new Blob(pieces, { type: upload.file.contentType }), upload.file.filename);
  }
  return form;
}
