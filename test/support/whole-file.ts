import type { UploadedFile } from '../../src/base/upload.ts';

/** A file that has come as a whole. */
export function wholeFile(
  bytes: Uint8Array,
  filename = 'a.bin',
  contentType = 'application/octet-stream',
): UploadedFile {
  const pieces = bytes.length > 0 ? [bytes] : [];
  return {
    filename,
    contentType,
    size: bytes.length,
    order: 0,
    isSpent: false,
    begun: async () => undefined,
    settled: async () => undefined,
    whole: () => pieces,
    read() {
      throw new TypeError('What is whole is sent as a whole.');
    },
  };
}
