import type { ConfigTree, ConfigValue, KeyPath } from '../config-tree.ts';
import { Substituted } from '../substitution.ts';

/** A source as it is written, right or wrong. */
export type RawSource = Readonly<Record<string, ConfigValue>>;

/** One rule about a source: it sees the whole of it, and says what does not go together. */
export type SourceRule = (source: RawSource, path: KeyPath, tree: ConfigTree, protocols: readonly string[]) => void;

export function textAt(source: RawSource, key: string): string | undefined {
  const value = source[key];
  return value instanceof Substituted ? value.text : typeof value === 'string' ? value : undefined;
}

/** Reflection is gRPC's alone. */
export function protocolOf(source: RawSource): string | undefined {
  return textAt(source, 'protocol') ?? (isTrue(source['reflection']) ? 'grpc' : undefined);
}

export function isTrue(value: ConfigValue | undefined): boolean {
  return value === true || (value instanceof Substituted && value.text === 'true');
}

export function isFalse(value: ConfigValue | undefined): boolean {
  return value === false || (value instanceof Substituted && value.text === 'false');
}
