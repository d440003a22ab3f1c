import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { GatewayError } from '../base/error.ts';
import { isRecord } from '../base/json.ts';
import { packageUrl } from '../base/package-url.ts';
import { wantsStacks } from '../config/env.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { optimizeLate } from './optimization.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const exitCodes = `
Exit codes:
  0   all is well
  1   a document, or what is between documents, has an error
  2   the command line is wrong
  70  a mistake of Selvage
  78  the configuration (selvage.yaml, overlay, environment) is wrong, or the port is in use

\`selvage check\` ends with 1 on an error of the configuration too.`;

/** Runs a command line. Only the command that is asked for is loaded. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let ended: ExitCode = exitCode.ok;
  const run = async (command: Promise<ExitCode>) => {
    ended = await command;
  };
  const program = commands(run, terminal)
    .exitOverride()
    .configureOutput({ writeOut: text => terminal.out(text), writeErr: text => terminal.err(text) });
  for (const command of program.commands) command.copyInheritedSettings(program);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return ended;
  } catch (error) {
    return reportFailure(error, terminal);
  }
}

/** `main` for a process of its own: whatever happens, it ends with an exit code and never shows a stack that was not asked for. */
export async function runProcess(argv: readonly string[]): Promise<never> {
  optimizeLate();
  const terminal = processTerminal();
  const die = (error: unknown) => process.exit(reportFailure(error, terminal));
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  const code = await main(argv, terminal);
  await new Promise(resolve => process.stdout.write('', resolve));
  process.exit(code);
}

function commands(run: (command: Promise<ExitCode>) => Promise<void>, terminal: Terminal): Command {
  const program = new Command('selvage')
    .description('One GraphQL endpoint over REST, SOAP, gRPC and GraphQL backends.')
    .version(versionOfPackage(), '-v, --version')
    .addHelpText('after', exitCodes)
    .showHelpAfterError('("selvage --help" lists the commands, "selvage <command> --help" its options)');

  program
    .command('demo')
    .description('start four backends and a gateway in front of them')
    .option('-p, --port <number>', 'port of the gateway (default: 4000, or the next that is free)', portNumber)
    .action(async options => run((await import('./demo.ts')).demo(options, terminal)));

  program
    .command('serve')
    .description('serve what selvage.yaml says, and follow its changes')
    .option('-c, --config <file>', 'the configuration', 'selvage.yaml')
    .option('-p, --port <number>', "port, instead of the configuration's", portNumber)
    .option('--host <host>', "host, instead of the configuration's")
    .addOption(
      new Option('--lane <lane>', 'reference: do not plan operations, execute them the slow way')
        .choices(['plan', 'reference'])
        .default('plan'),
    )
    .action(async options => run((await import('./serve.ts')).serve(options, terminal)));

  program
    .command('add')
    .description('add a source to selvage.yaml')
    .argument(
      '<document>',
      'file, folder or URL; the URL of a GraphQL server; host:port of a gRPC server with reflection',
    )
    .option('-c, --config <file>', 'the configuration; made if there is none', 'selvage.yaml')
    .option('--name <name>', 'what the source is called (default: from the document)')
    .option('--url <url>', 'where the backend runs (default: what the document says)')
    .option('--protocol <protocol>', 'openapi, soap, grpc or graphql (default: told from the document)')
    .action(async (document, options) => run((await import('./add.ts')).add(document, options, terminal)));

  program
    .command('print')
    .description('print the schema that clients see')
    .option('-c, --config <file>', 'the configuration', 'selvage.yaml')
    .action(async options => run((await import('./print.ts')).print(options, terminal)));

  program
    .command('check')
    .description('load everything and print every diagnostic')
    .option('-c, --config <file>', 'the configuration', 'selvage.yaml')
    .action(async options => run((await import('./check.ts')).check(options, terminal)));

  program
    .command('explain')
    .description('print how an operation runs: what is asked of which source, in which order')
    .argument('[operation]', 'a GraphQL document')
    .option('-c, --config <file>', 'the configuration', 'selvage.yaml')
    .option('--json', 'one JSON object on stdout')
    .option('--variables <json>', 'values of the variables that @skip and @include use', jsonObject)
    .option('--operation <name>', 'which one, of several in the document')
    .option(
      '--pipeline',
      'print the gates that every request passes instead, in their order and with the reason of each',
    )
    .action(async (operation, options) => run((await import('./explain.ts')).explain(operation, options, terminal)));

  program
    .command('inspect')
    .description('tell what one document comes to; needs no configuration')
    .argument(
      '<document>',
      'file, folder or URL; the URL of a GraphQL server; host:port of a gRPC server with reflection',
    )
    .option('--json', 'one JSON object on stdout')
    .option('--sdl', 'the GraphQL schema on stdout')
    .option('--root <folder>', "folder that references never leave (default: the document's)")
    .option('--include <folder>', 'further folder that references may reach; repeatable', collect, [])
    .option('--protocol <protocol>', 'openapi, soap, grpc or graphql (default: told from the document)')
    .action(async (document, options) => run((await import('./inspect.ts')).inspect(document, options, terminal)));

  return program;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}

function jsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // told below, like JSON that is no object
  }
  throw new InvalidArgumentError('Variables are one JSON object: {"id": "7"}.');
}

function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

function versionOfPackage(): string {
  const text = readFileSync(packageUrl('package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version; // our own package.json
}

function reportFailure(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  const wanted = wantsStacks(terminal.env);
  if (error instanceof GatewayError) {
    terminal.err(`${error.message}\n`);
    if (wanted) terminal.err(`${error.stack}\n`);
    return exitCode.configuration;
  }
  const reason = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).split('\n', 1)[0];
  const next = wanted ? '' : ' Run it again with SELVAGE_DEBUG=1 and report what it prints.';
  terminal.err(`selvage: a mistake of Selvage, not yours: ${reason}.${next}\n`);
  if (wanted && error instanceof Error) terminal.err(`${error.stack}\n`);
  return exitCode.bug;
}
