import { lineOf, type Check, type SourceFile } from './check.ts'
import { importsOf } from './imports.ts'
import { mayImport, roomOf } from './rooms.ts'

const isCode = ({ path }: SourceFile): boolean => /\.(ts|mjs)$/.test(path)

/** Only files that load generated or user-given modules may import what is not a literal. */
const loadGates: ReadonlySet<string> = new Set(['runtime/worker/load.ts', 'bin/millrace.mjs'])

/** Imports follow the table in rooms.ts, name files that exist, and every source stands in a room. */
export const roomsCheck: Check = {
  name: 'rooms',
  find(files) {
    const known = new Set(files.map(({ path }) => path))
    return files.filter(isCode).flatMap((file) => {
      const nobody = file.path.includes('/') && roomOf(file.path) === undefined
      return [
        ...(nobody ? [`${file.path}: stands in no room of test/house/rooms.ts`] : []),
        ...wrongImports(file, known),
      ]
    })
  },
}

function wrongImports(file: SourceFile, known: ReadonlySet<string>): readonly string[] {
  return importsOf(file).flatMap(({ specifier, target, offset }) => {
    const at = `${file.path}:${lineOf(file.text, offset)}:`
    if (specifier === undefined)
      return loadGates.has(file.path) || isTestFile(file) ? [] : [`${at} imports an expression`]
    if (target === undefined) return []
    if (!known.has(target)) return specifier.endsWith('.js') ? [] : [`${at} imports ${target}, which does not exist`]
    return mayImport(file.path, target) ? [] : [`${at} may not import ${target} (test/house/rooms.ts)`]
  })
}

const isTestFile = ({ path }: SourceFile): boolean =>
  path.startsWith('test/') || path.startsWith('bench/') || path.endsWith('.test.ts')

/** No file imports itself over others, type-only imports included. */
export const cyclesCheck: Check = {
  name: 'cycles',
  find(files) {
    const code = files.filter(isCode)
    const targets = new Map(code.map((file) => [file.path, importsOf(file).flatMap(({ target }) => target ?? [])]))
    const state = new Map<string, 'open' | 'done'>()
    const cycles: string[] = []
    const visit = (path: string, trail: readonly string[]): void => {
      if (state.get(path) === 'done') return
      if (state.get(path) === 'open') {
        const cycle = [...trail.slice(trail.indexOf(path)), path]
        cycles.push(`${path}: import cycle ${cycle.join(' -> ')}`)
        return
      }
      state.set(path, 'open')
      for (const target of targets.get(path) ?? []) visit(target, [...trail, path])
      state.set(path, 'done')
    }
    for (const { path } of code) visit(path, [])
    return cycles
  },
}
