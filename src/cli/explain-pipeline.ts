import { loadConfig } from '../config.ts';
import { order } from '../edge/order.ts';
import { pipelineData, pipelineText } from '../edge/pipeline/print.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { diagnosticLines } from './print-diagnostics.ts';
import type { Terminal } from './terminal.ts';

/** `selvage explain --pipeline`: the order of the gates as the configuration has it. Loads no source. */
export async function explainPipeline(
  { config: path, json }: { readonly config: string; readonly json?: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  const config = await loadConfig(path, terminal.env);
  terminal.err(diagnosticLines(config.diagnostics));
  if (!config.ok) return exitCode.configuration;
  const { pipeline } = config.value.edge;
  terminal.out(json ? `${JSON.stringify(pipelineData(order, pipeline), null, 2)}\n` : pipelineText(order, pipeline));
  return exitCode.ok;
}
