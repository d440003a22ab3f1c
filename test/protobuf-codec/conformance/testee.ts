import { appendFileSync, readSync, writeSync } from 'node:fs';
import { answering } from './answer.ts';

/**
 * The program that protobuf's conformance runner tests, over stdin and stdout:
 *
 *     conformance_test_runner --enforce_recommended --maximum_edition 2023 --failure_list test/protobuf-codec/conformance/failures.txt \\
 *       node_modules/.bin/tsx test/protobuf-codec/conformance/testee.ts [RECORD]
 *
 * RECORD: a file to which each request and its answer are added; compressed, it is `cases.gz`.
 */
const [record] = process.argv.slice(2);
const answerTo = await answering();

/** Undefined where stdin has ended. */
function read(length: number): Buffer | undefined {
  const buffer = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    let count: number;
    try {
      count = readSync(0, buffer, at, length - at, null);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') continue; // readSync throws no other kind
      throw error;
    }
    if (count === 0) return undefined;
    at += count;
  }
  return buffer;
}

function framed(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length, 0);
  return Buffer.concat([length, bytes]);
}

for (let head = read(4); head; head = read(4)) {
  const request = read(head.readUInt32LE(0));
  if (!request) break;
  const response = answerTo(request);
  if (record !== undefined) appendFileSync(record, Buffer.concat([framed(request), framed(response)]));
  const bytes = framed(response);
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
}
