import { canonicalJson } from '../../../codegen/artifact/canonical-json.ts'
import { must } from '../../../sql/base/assert.ts'
import { importEntry, runEntry } from './entries.ts'
import type { FolderParts } from './folder-parts.ts'
import { importTypes } from './import-types.ts'
import { folderReadme } from './folder-readme.ts'
import { manifestName, sealManifest, sha256 } from './manifest.ts'
import { unitModule, unitOrigins, unitSourceMap } from './unit-files.ts'

const evaluatorModule = 'planner.wasm.br'

/** Every file of an artifact's folder, by path, in the order of the paths. Depends on nothing but its parts. */
export function folderFiles(parts: FolderParts): ReadonlyMap<string, Uint8Array> {
  const { program, units, text, runtime } = parts
  const encoder = new TextEncoder()
  const files = new Map<string, Uint8Array>()
  const add = (path: string, content: string | Uint8Array): void => {
    files.set(path, typeof content === 'string' ? encoder.encode(content) : content)
  }
  const data = canonicalJson(program)
  add('README.md', folderReadme(parts))
  add('index.d.mts', importTypes)
  add('index.mjs', importEntry(data, units))
  add('main.mjs', runEntry(sha256(must(runtime.get('verify.mjs'), 'the verifier of the runtime'))))
  add('program.sql', text)
  for (const [name, content] of runtime)
    if (name !== evaluatorModule || program.needsEvaluator) add(`runtime/${name}`, content)
  for (const each of units) {
    add(`units/${each.name}.mjs`, unitModule(each.unit, each))
    add(`units/${each.name}.json`, unitOrigins(each.unit, each))
    const statement = program.statements[each.statement - 1]?.span ?? null
    add(`units/${each.name}.mjs.map`, unitSourceMap(each.unit, { name: each.name, statement }))
    add(`units/${each.name}.wasm`, each.wasm.bytes)
  }
  const hashes = Object.fromEntries([...files].map(([path, content]) => [path, sha256(content)]))
  add(manifestName, sealManifest(manifestText(hashes, data)))
  return new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** One line for each file and each statement: it is data, but people look at it, too. */
function manifestText(files: Readonly<Record<string, string>>, program: string): string {
  const { statements, ...rest } = JSON.parse(program) as { readonly statements: readonly unknown[] }
  const lines = (values: readonly string[]): string => values.map((value) => `\n${value}`).join(',')
  const fileLines = lines(
    Object.entries(JSON.parse(canonicalJson(files)) as object).map(
      ([path, hash]) => `${JSON.stringify(path)}:"${hash}"`,
    ),
  )
  const facts = JSON.stringify(rest).slice(1, -1)
  return `{"hash":"",\n"files":{${fileLines}},\n"program":{${facts},"statements":[${lines(statements.map((each) => JSON.stringify(each)))}]}}\n`
}
