import { Command, Option } from 'commander'
import type { CompileFlags } from './compile.ts'
import type { ExplainFlags, NexmarkFlags, RawRunFlags, RunFormat } from './run-flags.ts'
import { addRunFlags, examples, executeOption, formatOption, setOption, tiers, variableOption } from './run-options.ts'

/** What a command's action gets and gives: its arguments and flags, and an exit status. */
type Action = () => Promise<number>

/**
 * The command line: commands, flags, help. Every command's code is loaded when it runs, so that `--help` and wrong
 * flags cost nothing. `run` receives the chosen command.
 */
export function makeProgram(version: string, run: (action: Action) => Promise<void>): Command {
  const program = new Command('millrace')
    .description('Streaming SQL, compiled.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .exitOverride()
    .addHelpText(
      'after',
      examples(
        'millrace run program.sql',
        `tail -f bids.ndjson | millrace run -e "CREATE SOURCE bid (price BIGINT) FORMAT JSON WITH (connector = 'file', path = '-'); SELECT * FROM bid WHERE price > 100"`,
        'millrace check program.sql',
        'millrace explain program.sql --level stream',
      ) + '\nEvery command explains itself: millrace run --help\n',
    )
  addRun(program, run)
  addCheck(program, run)
  addExplain(program, run)
  addCompile(program, run)
  addVerify(program, run)
  addNexmark(program, run)
  addDoctor(program, run)
  return program
}

type Runner = (action: Action) => Promise<void>

function addRun(program: Command, run: Runner): void {
  const command = addRunFlags(
    program
      .command('run')
      .summary('run a program until its bounded sources end or it is interrupted')
      .description(
        'Runs the statements in order. A final bare SELECT prints its rows: a live table on a terminal, one JSON object per line in a pipe. The first Ctrl-C stops the sources and finishes what has arrived; a second one stops at once.',
      )
      .argument('[file]', 'the program')
      .addOption(executeOption()),
    tiers,
  )
    .addOption(formatOption())
    .addHelpText(
      'after',
      examples(
        'millrace run docs/examples/auctions.sql',
        'millrace run -e "SELECT 1 + 1 AS two"',
        'millrace run pipeline.sql --var DIR=/data --duration 30s',
        'millrace run query.sql --format csv --limit 100 > rows.csv',
      ),
    )
  command.action((file: string | undefined, flags: RawRunFlags & { readonly format?: RunFormat }) =>
    run(async () => (await import('./run.ts')).runCommand(file, flags)),
  )
}

function addCheck(program: Command, run: Runner): void {
  program
    .command('check')
    .summary('plan a program and print everything that is wrong with it')
    .description('Plans every statement without running any and reports all errors, not just the first.')
    .argument('<file>', 'the program')
    .addOption(setOption())
    .addOption(variableOption())
    .addOption(new Option('--format <format>', 'how diagnostics are written').choices(['text', 'json']).default('text'))
    .addHelpText('after', examples('millrace check program.sql', 'millrace check program.sql --format json'))
    .action(
      (file: string, flags: { readonly set: string[]; readonly var: string[]; readonly format: 'text' | 'json' }) =>
        run(async () => (await import('./check.ts')).checkCommand(file, flags)),
    )
}

function addExplain(program: Command, run: Runner): void {
  const command = addRunFlags(
    program
      .command('explain')
      .summary('show every stage of the compiler for a program')
      .description(
        'Shows how each query becomes a plan, a dataflow, pipelines and code. --analyze also runs it and counts.',
      )
      .argument('[file]', 'the program')
      .addOption(executeOption()),
    tiers,
  )
    .addOption(
      new Option('--level <level>', 'the stage to show')
        .choices(['logical', 'stream', 'pipelines', 'code', 'wasm', 'state', 'all'])
        .default('stream'),
    )
    .option('--analyze', 'run the program and add rows, time per row and state')
    .addOption(
      new Option('--format <format>', 'how it is written').choices(['text', 'json', 'dot', 'html']).default('text'),
    )
    .addHelpText(
      'after',
      examples(
        'millrace explain program.sql',
        'millrace explain -e "SELECT 1" --level code',
        'millrace explain program.sql --level all --format html > plan.html',
        'millrace explain program.sql --analyze',
      ),
    )
  command.action((file: string | undefined, flags: RawRunFlags & ExplainFlags) =>
    run(async () => (await import('./explain.ts')).explainCommand(file, flags)),
  )
}

function addCompile(program: Command, run: Runner): void {
  program
    .command('compile')
    .summary('compile a program ahead of time into a folder that runs without millrace')
    .description(
      'Writes a folder of plain files: node DIRECTORY/main.mjs runs the program with the flags of run, and needs neither the planner nor a compiler nor leave to generate code. Values of ${NAME} are taken when it runs; --var gives those that must be known now.',
    )
    .argument('<file>', 'the program')
    .requiredOption('-o, --out <directory>', 'where it is written; an older artifact there is replaced')
    .option('--sign <key.pem>', 'sign it with this Ed25519 private key')
    .addOption(setOption())
    .addOption(variableOption())
    .addHelpText(
      'after',
      examples(
        'millrace compile program.sql -o build/program',
        'node --disallow-code-generation-from-strings build/program/main.mjs --var DIR=/data',
        'millrace compile program.sql -o build/program --sign key.pem',
      ),
    )
    .action((file: string, flags: CompileFlags) =>
      run(async () => (await import('./compile.ts')).compileCommand(file, flags)),
    )
}

function addVerify(program: Command, run: Runner): void {
  program
    .command('verify')
    .summary('check that a compiled program is as it was compiled')
    .description(
      'Compares every file with the manifest, and the manifest with its signature, trusting nothing in the folder.',
    )
    .argument('<directory>', 'what compile wrote')
    .option('--verify-key <pub.pem>', 'the Ed25519 public key that it must be signed with')
    .addHelpText('after', examples('millrace verify build/program --verify-key pub.pem'))
    .action((directory: string, flags: { readonly verifyKey?: string }) =>
      run(async () => (await import('./verify.ts')).verifyCommand(directory, flags)),
    )
}

function addNexmark(program: Command, run: Runner): void {
  program
    .command('nexmark')
    .summary('write the Nexmark streams person, auction and bid')
    .description('Writes the three streams of the Nexmark benchmark. The same seed always gives the same bytes.')
    .requiredOption('--events <count>', 'events over all three streams')
    .option('--seed <number>', 'seed of the generator')
    .option('--rate <count>', 'events per second of event time, which sets how dense the streams are')
    .requiredOption('--out <directory>', 'where person, auction and bid are written; made when absent')
    .addOption(
      new Option('--format <format>', 'of the files; arrow not in this version')
        .choices(['ndjson', 'csv', 'arrow'])
        .default('ndjson'),
    )
    .addHelpText('after', examples('millrace nexmark --events 1000000 --out data'))
    .action((flags: NexmarkFlags) => run(async () => (await import('./nexmark.ts')).nexmarkCommand(flags)))
}

function addDoctor(program: Command, run: Runner): void {
  program
    .command('doctor')
    .summary('say what this machine offers and what falls back')
    .addOption(new Option('--format <format>', 'how it is written').choices(['text', 'json']).default('text'))
    .addHelpText('after', examples('millrace doctor', 'millrace doctor --format json'))
    .action((flags: { readonly format: 'text' | 'json' }) =>
      run(async () => (await import('./doctor.ts')).doctorCommand(flags.format)),
    )
}
