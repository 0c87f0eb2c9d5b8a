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
/** State and everything that works on it. */
const runtimeState = [...runtimeFloor, 'runtime/memory', 'runtime/batch', 'runtime/state', 'runtime/time']
/** Kernels and back ends know nothing about SQL (docs/decisions/0007). */
const backEnd = ['sql/base', 'runtime/abi', 'codegen/kernel']
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
  { path: 'codegen/kernel', mayImport: backEnd },
  { path: 'codegen/interpreter', mayImport: backEnd },
  { path: 'codegen/javascript', mayImport: backEnd },
  { path: 'codegen/wasm', mayImport: backEnd },
  { path: 'codegen/artifact', mayImport: [...backEnd, 'codegen/javascript'] },
  { path: 'codegen/lowering', mayImport: ['sql', 'compiler', 'runtime/abi', 'codegen/kernel', 'codegen/artifact'] },

  { path: 'runtime/abi', mayImport: ['sql/base', 'sql/types'] },
  { path: 'runtime/memory', mayImport: runtimeFloor },
  { path: 'runtime/batch', mayImport: [...runtimeFloor, 'runtime/memory'] },
  { path: 'runtime/time', mayImport: runtimeFloor },
  { path: 'runtime/state', mayImport: runtimeState },
  { path: 'runtime/library', mayImport: runtimeState },
  { path: 'runtime/worker', mayImport: [...runtimeState, 'runtime/library'] },
  { path: 'runtime/dataflow', mayImport: [...runtimeState, 'runtime/library', 'runtime/worker'] },
  // A format plans with the options of a connector and reads on its behalf: it sees the contract, never a connector.
  {
    path: 'runtime/format',
    mayImport: [
      ...runtimeFloor,
      'runtime/connect/connector.ts',
      'runtime/connect/option-reader.ts',
      'runtime/library/number/double-text.ts',
    ],
  },
  { path: 'runtime/connect', mayImport: [...runtimeFloor, 'runtime/format'] },
  { path: 'runtime/engine', mayImport: everything },
  { path: 'runtime/cli', mayImport: everything },
  { path: 'native', mayImport: [] },

  { path: 'bin', mayImport: everything },
  { path: 'test', mayImport: [...everything, 'bench', 'bin', 'index.ts'] },
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

/** May `from` import `to`? Unit tests beside their subject may import what any test may. */
export function mayImport(from: string, to: string): boolean {
  const room = roomOf(from)
  if (room === undefined || roomOf(to) === room) return true
  const allowed = from.endsWith('.test.ts')
    ? [...room.mayImport, ...everything, 'test/support', 'index.ts']
    : room.mayImport
  return allowed.some((path) => isWithin(to, path))
}
