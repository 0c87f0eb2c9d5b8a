/**
 * Who may import whom: the one table. A room is a folder; a file belongs to the room with the longest matching path, and
 * may always import its own room. An entry in `mayImport` stands for the room and everything below it.
 */
export interface Room {
  readonly path: string
  readonly mayImport: readonly string[]
}

const foundations = ['sql/base', 'sql/types', 'sql/messages']
/** What every part of the runtime may see. Never the planner, the compiler or the code generator. */
const runtimeFloor = [...foundations, 'runtime/abi', 'native']
const everything = ['sql', 'compiler', 'codegen', 'runtime', 'native']

export const rooms: readonly Room[] = [
  { path: 'sql/base', mayImport: [] },
  { path: 'sql/types', mayImport: ['sql/base'] },
  { path: 'sql/messages', mayImport: ['sql/base'] },
  { path: 'sql/plan', mayImport: foundations },
  { path: 'sql/functions', mayImport: [...foundations, 'sql/plan'] },
  { path: 'sql/catalog', mayImport: [...foundations, 'sql/plan', 'sql/functions'] },
  { path: 'sql/planner', mayImport: [...foundations, 'sql/plan', 'sql/functions', 'sql/catalog'] },
  { path: 'compiler', mayImport: ['sql', 'runtime/abi'] },
  { path: 'codegen', mayImport: ['sql', 'compiler', 'runtime/abi'] },
  { path: 'runtime/abi', mayImport: ['sql/base', 'sql/types'] },
  { path: 'runtime/memory', mayImport: runtimeFloor },
  { path: 'runtime/batch', mayImport: [...runtimeFloor, 'runtime/memory'] },
  { path: 'runtime/time', mayImport: runtimeFloor },
  { path: 'runtime', mayImport: [...runtimeFloor] },
  { path: 'runtime/engine', mayImport: everything },
  { path: 'runtime/cli', mayImport: everything },
  { path: 'native', mayImport: [] },
  { path: 'bin', mayImport: everything },
  { path: 'test', mayImport: [...everything, 'bench', 'index.ts'] },
  { path: 'bench', mayImport: [...everything, 'test/support', 'index.ts'] },
  { path: 'docs', mayImport: ['index.ts'] },
  { path: 'index.ts', mayImport: everything },
]

/** The room of a path, or undefined for files at the root that are nobody's (tool configuration). */
export function roomOf(path: string): Room | undefined {
  return rooms
    .filter((room) => isWithin(path, room.path))
    .toSorted((a, b) => b.path.length - a.path.length)
    .at(0)
}

export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

/** May `from` import `to`? Unit tests beside their subject may import anything that a test may. */
export function mayImport(from: string, to: string): boolean {
  const room = roomOf(from.endsWith('.test.ts') ? 'test/unit' : from)
  const target = roomOf(to)
  if (room === undefined) return true
  if (target !== undefined && target.path === room.path) return true
  return (
    room.mayImport.some((allowed) => isWithin(to, allowed)) || (from.endsWith('.test.ts') && roomOf(from) === target)
  )
}
