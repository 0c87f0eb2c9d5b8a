import { lineOf, type Check, type SourceFile } from './check.ts'
import { importsOf } from './imports.ts'
import { mayImport, roomOf } from './rooms.ts'

const isCode = ({ path }: SourceFile): boolean => /\.(ts|mjs)$/.test(path)

/** Only files that load generated or user-given modules may import what is not a literal. */
const loadGates: ReadonlySet<string> = new Set([
  'runtime/worker/load.ts',
  'bin/millrace.mjs',
  // units of an artifact, after their hashes have been compared
  'runtime/cli/artifact-main.ts',
  // the bundler, which only a checkout has
  'runtime/engine/artifact/runtime-files.ts',
])

/** Packages that one file may import, when it needs them: what they cost must be paid by nobody else. */
const loneImporters: ReadonlyMap<string, string> = new Map([['binaryen', 'codegen/wasm/module.ts']])

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
    const importer = loneImporters.get(specifier)
    if (importer !== undefined && importer !== file.path)
      return [`${at} imports ${specifier}, which only ${importer} may`]
    if (target === undefined) return []
    if (!known.has(target)) return specifier.endsWith('.js') ? [] : [`${at} imports ${target}, which does not exist`]
    return mayImport(file.path, target) ? [] : [`${at} may not import ${target} (test/house/rooms.ts)`]
  })
}

const isTestFile = ({ path }: SourceFile): boolean =>
  path.startsWith('test/') || path.startsWith('bench/') || path.endsWith('.test.ts')

/** No file imports itself over others, type-only imports included. One line for each knot of files, with its shortest cycle. */
export const cyclesCheck: Check = {
  name: 'cycles',
  find(files) {
    const targets = new Map(files.filter(isCode).map((file) => [file.path, targetsOf(file)]))
    const told = new Set<string>()
    return [...targets.keys()].toSorted().flatMap((path) => {
      if (told.has(path)) return []
      const cycle = shortestCycle(path, targets)
      if (cycle === undefined) return []
      for (const member of cycle) told.add(member)
      return [`${path}: import cycle ${cycle.join(' -> ')}`]
    })
  },
}

function targetsOf(file: SourceFile): readonly string[] {
  return importsOf(file).flatMap(({ target }) => target ?? [])
}

/** Breadth first from a file back to itself. */
function shortestCycle(start: string, targets: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const path of queue) {
    for (const target of targets.get(path) ?? []) {
      if (cameFrom.has(target)) continue
      cameFrom.set(target, path)
      if (target === start) return trailTo(start, cameFrom)
      queue.push(target)
    }
  }
  return undefined
}

function trailTo(start: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const trail = [start]
  let at = cameFrom.get(start)
  while (at !== undefined && at !== start) {
    trail.unshift(at)
    at = cameFrom.get(at)
  }
  return [start, ...trail]
}
