import type { Checked } from '../base/checked.ts';
import { type Diagnostic, formatDiagnostic } from '../base/diagnostic.ts';
import { createGateway } from '../gateway.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { diagnosticLines } from './print-diagnostics.ts';
import type { Terminal } from './terminal.ts';

export interface ServeOptions {
  readonly config: string;
  readonly port?: number;
  readonly host?: string;
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
    const { url } = await gateway.listen();
    announcement.listening(`${url}/graphql`);
    await stopped;
  } finally {
    await gateway.close();
  }
  return exitCode.ok;
}

/** Tells the operator of every revision, but of each diagnostic only when it is new. */
class Announcement {
  readonly #terminal: Terminal;
  #told: readonly string[] = [];
  #url: string | undefined;
  #serves = false;
  #isReady = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  report(outcome: Checked<Supergraph>): void {
    this.#tell(outcome.diagnostics);
    if (outcome.ok) {
      this.#serves = true;
      if (this.#isReady) this.#terminal.err(`revision ${outcome.value.revision.slice(0, 12)} serves\n`);
    } else if (this.#serves) this.#terminal.err('the change is refused; the old revision goes on serving\n');
    else this.#terminal.err('no source could be read yet; each is tried again\n');
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

  #tell(diagnostics: readonly Diagnostic[]): void {
    const told = new Set(this.#told);
    this.#terminal.err(diagnosticLines(diagnostics.filter(diagnostic => !told.has(formatDiagnostic(diagnostic)))));
    this.#told = diagnostics.map(formatDiagnostic);
  }
}
