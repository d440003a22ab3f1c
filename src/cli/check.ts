import type { Checked } from '../base/checked.ts';
import { type Diagnostic, isError } from '../base/diagnostic.ts';
import type { Config } from '../config.ts';
import { reasonOf } from '../registry/load-source.ts';
import type { SourceState } from '../registry/registry.ts';
import { Catalogue, openMember } from '../supergraph/catalogue.ts';
import { batchOffers } from '../supergraph/links/batch-offers.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { loadAll } from './load-all.ts';
import { countLine, diagnosticLines } from './print-diagnostics.ts';
import type { Terminal } from './terminal.ts';
import { withLines } from './with-lines.ts';

/** `selvage check`: every diagnostic of the configuration, the documents, the overlay and what is between them. */
export async function check(options: { readonly config: string }, terminal: Terminal): Promise<ExitCode> {
  const { config, supergraph, sources, diagnostics: told } = await loadAll(options.config, terminal, { lint: true });
  const found = supergraph.ok
    ? [...(await unstitchable(supergraph.value)), ...offersOf(supergraph.value, config, sources)]
    : [];
  const diagnostics = [...told, ...found];
  terminal.out(diagnosticLines(await withLines(diagnostics)));
  for (const { name, state, protocol = 'unknown protocol', operations } of sources) {
    const told = operations ? `${operations.imported} of ${operations.total} operations` : `${state}: not read`;
    terminal.out(`${name}: ${protocol}, ${told}\n`);
  }
  terminal.out(`${countLine(diagnostics)}\n`);
  return diagnostics.some(isError) ? exitCode.failed : exitCode.ok;
}

/** Links that could be made, with the sources as they were composed. */
function offersOf(
  { subschemas, links }: Supergraph,
  config: Checked<Config>,
  states: readonly SourceState[],
): readonly Diagnostic[] {
  const declared = config.ok ? config.value.sources : [];
  const members = declared.flatMap(source => {
    const subschema = subschemas.get(source.name);
    const { protocol } = states.find(({ name }) => name === source.name) ?? {};
    return subschema && protocol !== undefined ? [openMember({ source: { ...source, protocol }, subschema })] : [];
  });
  return batchOffers(new Catalogue(members), links);
}

/** The gateway stitches when an operation first needs it, and relies on what composing found; here that is put to the test. */
async function unstitchable({ executable }: Supergraph): Promise<readonly Diagnostic[]> {
  try {
    await executable();
    return [];
  } catch (error) {
    const message = `The sources cannot be stitched (${reasonOf(error)}).`;
    const hint = 'this is a mistake of Selvage: please report it with the documents';
    return [{ severity: 'error', code: 'SCHEMA_INVALID', message, at: [], hint }];
  }
}
