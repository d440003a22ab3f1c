import { gunzipSync } from 'node:zlib';
import { createFileRegistry, createRegistry, fromBinary, fromJson, type JsonValue } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { type FileDescriptorProto, type FileDescriptorSet, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { LoadIo } from '../../../adapter/adapter.ts';
import { type Checked, refused } from '../../../base/checked.ts';
import { isRecord, own } from '../../../base/json.ts';
import { joined } from '../proto/full-name.ts';
import type { GrpcDocument } from './document.ts';
import { documentOfDescriptors } from './linked-document.ts';

/** What a compressed set may unfold to, in bytes. */
const maxBytes = 64 * 1024 * 1024;

/** A FileDescriptorSet in binary or in JSON, compressed or not: the same document that its `.proto` files make. */
export async function loadDescriptorSet(address: string, io: LoadIo): Promise<Checked<GrpcDocument>> {
  const read = await io.reader.readBytes(address);
  if (!read.ok) return read;
  let parsed: ParsedSet;
  try {
    parsed = parse(read.value.bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refused({
      severity: 'error',
      code: isTooLarge(error) ? 'DOCUMENT_TOO_LARGE' : 'DOCUMENT_SYNTAX',
      message: `This is no FileDescriptorSet: ${reason}.`,
      at: [address],
      hint: 'Make one with "protoc --include_imports --include_source_info -o", or "buf build -o".',
    });
  }
  const { set, imports } = parsed;
  if (set.file.length === 0) {
    const message = 'The set holds no file.';
    return refused({ severity: 'error', code: 'DOCUMENT_INVALID', message, at: [address] });
  }
  const declaring = set.file.filter(({ name }) => !imports.has(name));
  const services = declaring.flatMap(file => file.service.map(({ name }) => joined(file.package, name)));
  return documentOfDescriptors({
    address,
    addressOf: name => `${address} ${name}`,
    files: new Map(set.file.map(file => [file.name, file])),
    // An image whose own files declare none is one of imports: then these are what is meant.
    ...(services.length > 0 ? { services } : {}),
    refusal: {
      message: 'The files of the set do not belong together',
      hint: 'Make it with "protoc --include_imports", or "buf build".',
    },
  });
}

interface ParsedSet {
  readonly set: FileDescriptorSet;
  /** Names of the files that are there for others' sake, where an image of buf's says so. */
  readonly imports: ReadonlySet<string>;
}

function parse(written: Uint8Array): ParsedSet {
  const bytes = isGzip(written) ? gunzipSync(written, { maxOutputLength: maxBytes }) : written;
  const first = bytes.find(byte => !blanks.has(byte));
  if (first !== openBrace) {
    const set = fromBinary(FileDescriptorSetSchema, bytes);
    return { set, imports: new Set(set.file.filter(isBufImport).map(({ name }) => name)) };
  }
  const json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as JsonValue; // what JSON.parse gives is one
  // Options of extensions are read when it is known what the set's own extensions are.
  const bare = fromJson(FileDescriptorSetSchema, json, { ignoreUnknownFields: true });
  const imports = importsOfJson(json);
  try {
    const registry = createRegistry(...createFileRegistry(bare));
    return { set: fromJson(FileDescriptorSetSchema, json, { ignoreUnknownFields: true, registry }), imports };
  } catch {
    return { set: bare, imports }; // it needs repair: what it says beside the shape is lost
  }
}

const openBrace = 0x7b;
const blanks: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** RFC 1952, 2.3.1. */
function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

/** The same mark as `isBufImport` reads, in ProtoJSON. */
function importsOfJson(json: JsonValue): Set<string> {
  const files = isRecord(json) ? own(json, 'file') : undefined;
  const imports = (Array.isArray(files) ? files : []).filter(file => {
    const extension = isRecord(file) ? (own(file, 'bufExtension') ?? own(file, 'buf_extension')) : undefined;
    return isRecord(extension) && (own(extension, 'isImport') ?? own(extension, 'is_import')) === true;
  });
  return new Set(imports.map(file => String(own(file, 'name'))));
}

/** buf/alpha/image/v1/image.proto: ImageFile.buf_extension (8042), ImageFileExtension.is_import (1). */
function isBufImport(file: FileDescriptorProto): boolean {
  return (file.$unknown ?? []).some(({ no, wireType, data }) => {
    if (no !== 8042 || wireType !== WireType.LengthDelimited) return false;
    const reader = new BinaryReader(new BinaryReader(data).bytes());
    while (reader.pos < reader.len) {
      const [number, type] = reader.tag();
      if (number === 1 && type === WireType.Varint) return reader.bool();
      reader.skip(type, number);
    }
    return false;
  });
}
