import { Option, type Command } from 'commander'

export const tiers = ['auto', 'interpreter', 'javascript', 'wasm']

/** The flags of everything that runs a program. */
export function addRunFlags(command: Command, tierChoices: readonly string[]): Command {
  return command
    .addOption(setOption())
    .addOption(variableOption())
    .option('--workers <count>', 'worker threads; this version has 0 only: the main thread', '0')
    .addOption(new Option('--tier <tier>', 'how queries run').choices(tierChoices).default('auto'))
    .option('--data <directory>', 'keep state here; not in this version')
    .option('--limit <rows>', 'stop after this many rows of the final SELECT')
    .option('--duration <time>', 'stop the sources after this long, for example 30s')
    .addOption(
      new Option('--progress <when>', 'progress and a summary line on standard error')
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .option('--profile <file>', 'write a CPU profile whose frames name SQL')
    .addOption(
      new Option('--log-level <level>', 'what is logged to standard error')
        .choices(['error', 'warn', 'info', 'debug'])
        .default('warn'),
    )
}

export function setOption(): Option {
  return new Option('--set <key=value>', 'a setting, as SET; may be repeated').argParser(append).default([], 'none')
}

export function variableOption(): Option {
  return new Option('--var <name=value>', 'a value for ${NAME}, over the environment; may be repeated')
    .argParser(append)
    .default([], 'none')
}

function append(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value]
}

export function executeOption(): Option {
  return new Option('-e, --execute <sql>', 'the program as text instead of a file; several make one program').argParser(
    (text: string, before: string | undefined) => (before === undefined ? text : `${before};\n${text}`),
  )
}

export function formatOption(): Option {
  return new Option(
    '--format <format>',
    'how a final SELECT is printed (default: table on a terminal, ndjson in a pipe)',
  ).choices(['table', 'ndjson', 'csv', 'json', 'arrow'])
}

export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}\n`).join('')}`
}
