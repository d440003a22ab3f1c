import { adapters } from '../adapters/index.ts';
import { type Checked, refused } from '../base/checked.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { type Config, loadConfig } from '../config.ts';
import { policyNamesOf } from '../edge/authorization/options.ts';
import { readOverlay } from '../gateway/overlay-files.ts';
import { createRegistry, type SourceState } from '../registry/registry.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import type { Terminal } from './terminal.ts';

export interface Loaded {
  /** Refused: nothing else was looked at. */
  readonly config: Checked<Config>;
  readonly supergraph: Checked<Supergraph>;
  readonly sources: readonly SourceState[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Loads the configuration and everything it names, once, and asks no backend for more than its description. */
export async function loadAll(
  configPath: string,
  terminal: Terminal,
  options: { readonly lint?: boolean } = {},
): Promise<Loaded> {
  const config = await loadConfig(configPath, terminal.env);
  if (!config.ok) return { config, supergraph: config, sources: [], diagnostics: config.diagnostics };
  const overlay = await readOverlay(config.value.gateway.overlay);
  const registry = createRegistry({ adapters, ...options });
  try {
    const { sources: declared, policies, edge } = config.value;
    const policyNames = policyNamesOf(edge.authorization);
    const desired = { sources: declared, overlay: overlay.ok ? overlay.value : [], policies, policyNames };
    const supergraph = await registry.apply(desired);
    const sources = registry.sources();
    const diagnostics = [...config.diagnostics, ...overlay.diagnostics, ...supergraph.diagnostics];
    return { config, supergraph: overlay.ok ? supergraph : refused(...diagnostics), sources, diagnostics };
  } finally {
    await registry.close();
  }
}
