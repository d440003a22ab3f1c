import { isRecord } from '../../base/json.ts';
import { Upload, type UploadedFile } from '../../base/upload.ts';
import type { RequestParams } from '../request-params.ts';

/** Where the files of a request go: by the name of the file's part, the places in the variables. */
export type UploadPlaces = ReadonlyMap<string, readonly string[]>;

/** The `map` of a multipart request (GraphQL multipart request specification); a text says what is wrong with it. */
export function placesOf(map: unknown): UploadPlaces | string {
  if (!isRecord(map)) return 'The part "map" must be a JSON object.';
  const places = new Map<string, readonly string[]>();
  for (const [name, paths] of Object.entries(map)) {
    if (!Array.isArray(paths) || paths.length === 0 || !paths.every(path => typeof path === 'string'))
      return 'The part "map" must have a list of paths for each file.';
    places.set(name, paths);
  }
  return places;
}

/**
 * Puts each file into its places, where null stands for it. Only own properties are ever gone through or written to. A text says what is wrong.
 */
export function withUploads(
  params: RequestParams,
  places: UploadPlaces,
  fileOf: (name: string) => UploadedFile,
): RequestParams | string {
  const uploads: Upload[] = [];
  for (const [name, paths] of places) {
    const file = fileOf(name);
    for (const path of paths) {
      const upload = new Upload(file, path);
      if (!put(params, path, upload))
        return `The file's path ${JSON.stringify(path.slice(0, 100))} leads to no null in the variables.`;
      uploads.push(upload);
    }
  }
  return uploads.length > 0 ? { ...params, uploads } : params;
}

function put(params: RequestParams, path: string, upload: Upload): boolean {
  const [root, ...steps] = path.split('.');
  const last = steps.pop();
  if (root !== 'variables' || last === undefined) return false;
  let at: unknown = params.variables;
  for (const step of steps) at = inside(at, step);
  if (!isContainer(at) || inside(at, last) !== null) return false;
  at[last] = upload;
  return true;
}

/** Objects, and lists by index: both were just made by JSON.parse, for this request alone. */
function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof Upload);
}

/** `length` is no item of a list. */
function inside(value: unknown, step: string): unknown {
  if (!isContainer(value) || !Object.hasOwn(value, step)) return undefined;
  return Array.isArray(value) && !/^\d+$/.test(step) ? undefined : value[step];
}
