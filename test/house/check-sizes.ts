import type { Check, SourceFile } from './check.ts'

const fileLinesMax = 500
const functionLinesMax = 70

/** Generated code and lock files have the size they have. */
const exempt = /(^|\/)(raise\.ts|package-lock\.json|Cargo\.lock)$/

/** TypeScript functions are measured by oxlint (max-lines-per-function); everything else here. */
export const sizesCheck: Check = {
  name: 'sizes',
  find(files) {
    return files
      .filter(({ path }) => /\.(ts|mjs|rs)$/.test(path) && !exempt.test(path))
      .flatMap((file) => [...tooLongFile(file), ...(file.path.endsWith('.rs') ? longRustFunctions(file) : [])])
  },
}

function tooLongFile({ path, text }: SourceFile): readonly string[] {
  const count = text.trimEnd().split('\n').length
  return count > fileLinesMax ? [`${path}: ${count} lines; at most ${fileLinesMax}`] : []
}

/** Relies on rustfmt: a function ends at the first closing brace that is indented like its `fn`. */
function longRustFunctions({ path, text }: SourceFile): readonly string[] {
  const lines = text.split('\n')
  return lines.flatMap((line, index) => {
    const head = /^(\s*)(?:pub(?:\([^)]*\))? )?(?:const |unsafe |extern "[^"]*" )*fn (\w+)/.exec(line)
    if (!head) return []
    const length = lines.slice(index).findIndex((later) => later === `${head[1]}}`) + 1
    return length > functionLinesMax
      ? [`${path}:${index + 1}: fn ${head[2]} has ${length} lines; at most ${functionLinesMax}`]
      : []
  })
}
