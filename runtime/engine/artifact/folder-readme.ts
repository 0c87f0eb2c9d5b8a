import type { Option } from '../../../sql/plan/statement.ts'
import { isSecret } from '../../../sql/catalog/options/secret.ts'
import type { CompiledUnit, FolderParts } from './folder-parts.ts'
import type { StatementArtifact } from './program-artifact.ts'

/** `README.md` of an artifact: what it runs, what it needs, what its files are. */
export function folderReadme({ program, units }: FolderParts): string {
  const variables = variablesOf(program.statements)
  return [
    '# A compiled program',
    '',
    `Compiled by millrace ${program.engineVersion} (ABI ${program.abiVersion}) from \`program.sql\`. It needs Node 24 or newer and nothing else: neither`,
    'millrace nor its planner and compilers, nor leave to generate code.',
    '',
    '    node --disallow-code-generation-from-strings main.mjs',
    '    node main.mjs --help',
    '',
    '`import { open } from "./index.mjs"` runs it inside of another program.',
    '',
    '## Statements',
    '',
    '| | statement | |',
    '|---|---|---|',
    ...program.statements.map((statement, index) => `| ${index + 1} | ${described(statement)} |`),
    '',
    ...(variables.length === 0
      ? []
      : [
          '## Variables',
          '',
          'Taken from `--var` or the environment when it runs:',
          '',
          ...variables.map((name) => `- ${code(name)}`),
          '',
        ]),
    '## Files',
    '',
    '| file | what |',
    '|---|---|',
    '| `main.mjs` | runs the program |',
    '| `index.mjs` | exports `open`; `index.d.mts` has its types |',
    '| `manifest.json` | hashes of all files; statements, schemas, options, layouts of blocks and state, constants, sites |',
    '| `program.sql` | the text, secrets overwritten; source maps point into it |',
    '| `runtime/` | what runs compiled programs |',
    ...units.map((unit) => unitLine(unit)),
    '',
  ].join('\n')
}

function described(statement: StatementArtifact): string {
  switch (statement.kind) {
    case 'create_source':
      return `source ${code(statement.statement.name)} | ${options(statement.statement.options)}`
    case 'create_query':
      return `${statement.statement.kind === 'create_stream' ? 'stream' : 'materialized view'} ${code(statement.statement.name)} | reads ${names(statement.reads)}`
    case 'create_sink':
      return `sink ${code(statement.statement.name)} | reads ${names(statement.reads)}; ${options(statement.statement.options)}`
    case 'drop':
      return `drop | ${names(statement.names)}`
    case 'insert':
      return `insert | into ${code(statement.target)}`
    case 'select':
      return 'select | '
    case 'listing':
      return 'listing | '
    case 'set':
      return `set | ${code(`${statement.option.key} = ${statement.option.value}`)}`
    default:
      return statement satisfies never
  }
}

function unitLine({ name, statement, unit, wasm }: CompiledUnit): string {
  const owner = statement === 0 ? 'the system stream of refused rows' : `statement ${statement}`
  const calls = wasm.imports.length === 0 ? '' : `; calls ${wasm.imports.map(code).join(', ')}`
  return `| \`units/${name}\` | ${owner}, as JavaScript (${unit.javascript.length} characters) and WebAssembly (${wasm.bytes.length} bytes)${calls} |`
}

function options(all: readonly Option[]): string {
  return all.map(({ key, value }) => code(`${key} = ${isSecret(key) ? '***' : value}`)).join(', ')
}

function names(all: readonly string[]): string {
  return all.map(code).join(', ')
}

/** Of a cell: neither backticks nor bars nor line breaks of the text may end it. */
function code(text: string): string {
  return `\`${text.replace(/[`|\r\n]/g, ' ')}\``
}

function variablesOf(statements: readonly StatementArtifact[]): readonly string[] {
  const texts = statements.flatMap((each) => {
    if (!('statement' in each)) return []
    const format = 'format' in each.statement ? (each.statement.format?.options ?? []) : []
    return [...each.statement.options, ...format].map(({ value }) => value)
  })
  const found = texts.flatMap((text) =>
    [...text.matchAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)/g)].map(([, name = '']) => name),
  )
  return [...new Set(found)].toSorted()
}
