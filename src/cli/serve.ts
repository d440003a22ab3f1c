import type { Checked } from '../base/checked.ts';
import { type Diagnostic, formatDiagnostic, isError } from '../base/diagnostic.ts';
import type { Lane } from '../edge/handler.ts';
import { createGateway } from '../gateway.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { optimizeAsUsual } from './optimization.ts';
import { diagnosticLines } from './print-diagnostics.ts';
import type { Terminal } from './terminal.ts';

export interface ServeOptions {
  readonly config: string;
  readonly port?: number;
  readonly host?: string;
  readonly lane?: Lane;
}

/** `selvage serve`: until a signal asks it to end. READY is printed when there is something to serve. */
export async function serve({ config, ...place }: ServeOptions, terminal: Terminal): Promise<ExitCode> {
  const stopped = terminal.stopped();
  const announcement = new Announcement(terminal);
  const gateway = await createGateway({
    config,
    env: terminal.env,
    watch: true,
    report: outcome => announcement.report(outcome),
    ...place,
  });
  try {
    const absent = gateway.sources().filter(({ state }) => state === 'absent');
    if (absent.length > 0) terminal.err(`left out, and tried again: ${absent.map(({ name }) => name).join(', ')}\n`);
    const { url } = await gateway.listen();
    if (gateway.adminUrl !== undefined) terminal.out(`metrics: ${gateway.adminUrl}/metrics\n`);
    optimizeAsUsual();
    announcement.listening(`${url}/graphql`);
    await stopped;
  } finally {
    await gateway.close();
  }
  return exitCode.ok;
}

/** Tells the operator of every revision: each error, each warning when it is new, and no notes, which are `selvage check`'s. */
class Announcement {
  readonly #terminal: Terminal;
  #told: ReadonlySet<string> = new Set();
  #url: string | undefined;
  #serves = false;
  #isReady = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  report(outcome: Checked<Supergraph>): void {
    this.#tell(outcome);
    if (outcome.ok) {
      this.#serves = true;
      if (this.#isReady) this.#terminal.err(`revision ${outcome.value.revision.slice(0, 12)} serves\n`);
    } else if (this.#serves) this.#terminal.err('the change is refused; the old revision goes on serving\n');
    else this.#terminal.err('no source could be read yet\n');
    this.#ready();
  }

  listening(url: string): void {
    this.#url = url;
    this.#terminal.out(`GraphiQL: ${url}\n`);
    this.#ready();
  }

  #ready(): void {
    if (!this.#serves || this.#url === undefined || this.#isReady) return;
    this.#isReady = true;
    this.#terminal.out('READY\n');
  }

  #tell({ ok, diagnostics }: Checked<Supergraph>): void {
    const isNew = (diagnostic: Diagnostic) => isError(diagnostic) || !this.#told.has(formatDiagnostic(diagnostic));
    const matters = diagnostics.filter(({ severity }) => severity !== 'note');
    this.#terminal.err(diagnosticLines(matters.filter(isNew)));
    // What a refused change no longer says may be said again when the old state comes back: it is not news then.
    this.#told = new Set([...(ok ? [] : this.#told), ...matters.map(formatDiagnostic)]);
  }
}
