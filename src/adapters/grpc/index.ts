import { defineAdapter } from '../../adapter/adapter.ts';
import { isDescriptorSet } from './descriptors/is-descriptor-set.ts';
import { load } from './load.ts';
import { describe } from './schema.ts';
import { connect } from './send.ts';

/** gRPC: unary methods of `.proto` files or of a server that describes itself. */
export const grpc = defineAdapter({ protocol: 'grpc', recognises, load, describe, connect });

/** A `.proto` text or a compiled set, told by its address or by the declarations that it begins with. */
function recognises(text: string, address: string): boolean {
  if (/\.proto$/i.test(address)) return true;
  if (isDescriptorSet(address)) return !/\.json(\.gz)?$/i.test(address) || /^\s*\{\s*"file"\s*:\s*\[/.test(text);
  const start = text.slice(0, 64 * 1024).replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ');
  return /^\s*(?:(?:syntax|edition)\s*=\s*["']|package\s+[\w.]+\s*;|import\s+(?:public\s+)?["'][^"']+["']\s*;|(?:message|service)\s+\w+\s*\{)/.test(
    start,
  );
}
