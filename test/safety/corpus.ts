import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { documentedPrograms } from '../house/documented-programs.ts'
import { projectFiles, projectRoot } from '../house/project-files.ts'
import { parseSlt } from '../slt/parse.ts'

export interface CorpusProgram {
  readonly place: string
  readonly sql: string
}

/** Every SQL program that the project has: golden cases, sqllogictest files, examples, blocks of the documentation. */
export function corpus(): readonly CorpusProgram[] {
  const read = (path: string): CorpusProgram => ({ place: path, sql: readFileSync(join(projectRoot, path), 'utf8') })
  const files = (pattern: string): readonly string[] => globSync(pattern, { cwd: projectRoot }).toSorted()
  return [
    ...files('test/golden/*/input.sql').map(read),
    ...files('docs/examples/*.sql').map(read),
    ...files('test/slt/**/*.slt').map((path) => ({ place: path, sql: programOf(read(path).sql) })),
    ...documentedPrograms(projectFiles()),
  ]
}

/** The statements of a file that are right, as one program. */
function programOf(slt: string): string {
  const statements = parseSlt(slt).flatMap((record) => {
    if (record.kind === 'query') return [record.sql]
    return record.kind === 'statement' && record.error === null ? [record.sql] : []
  })
  return statements.join(';\n')
}
