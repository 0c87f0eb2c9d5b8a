import type { LibraryName } from '../../runtime/abi/library.ts'
import type { Span } from '../../sql/base/span.ts'
import type { ModuleIr } from '../kernel/ir.ts'
import { forEachStatement } from '../kernel/walk.ts'
import type { WasmToolkit } from './module.ts'
import { moduleNameOf, withModuleName } from './module-name.ts'
import { buildUnit, optimizeLevel } from './unit.ts'

/** A unit's WebAssembly as it runs, to be read by people. */
export interface WasmListing {
  /** Text format; where the plan node changes, a comment says which one and where it is in the program: `;; plan 2 filter 12:8`. */
  readonly text: string
  /** Lines of `text` (1-based) with such a comment. */
  readonly marks: readonly WasmMark[]
  readonly imports: readonly WasmImport[]
  /** Of the module that is run, and of what the optimiser was given. */
  readonly sizeBytes: number
  readonly unoptimizedSizeBytes: number
  /** From kernel IR to bytes. */
  readonly compileMicros: number
}

export interface WasmMark {
  readonly line: number
  readonly planNode: number
  readonly operator: string
  readonly span: Span | null
}

/** A function that the module calls outside of itself. */
export interface WasmImport {
  /** `remainder`, of doubles, is JavaScript's own. */
  readonly name: LibraryName | 'remainder'
  /** `cases`: most of what it does is in the module itself, which calls it for what is rare. */
  readonly called: 'always' | 'cases'
}

/** Compiles a module as `emitWasmUnit` does. `spans`: what the spans of its marks mean. */
export function printWasmUnit(toolkit: WasmToolkit, module: ModuleIr, spans: readonly Span[]): WasmListing {
  const start = performance.now()
  const unit = buildUnit(toolkit, module)
  const built = performance.now()
  const name = moduleNameOf(module)
  const unoptimizedSizeBytes = withModuleName(unit.code.emitBinary(), name).length
  const measured = performance.now()
  toolkit.optimize(unit.code, { level: optimizeLevel, apart: unit.apart })
  const sizeBytes = withModuleName(unit.code.emitBinary(), name).length
  const compileMicros = Math.round((performance.now() - measured + built - start) * 1000)
  const { text, marks } = describeLocations(unit.code.emitText(), { operators: operatorsOf(module), spans })
  const imports = importedFunctions(text).map((name): WasmImport => ({
    name,
    called: name === 'remainder' || unit.callsDirectly(name) ? 'always' : 'cases',
  }))
  unit.code.dispose()
  return { text, marks, imports, sizeBytes, unoptimizedSizeBytes, compileMicros }
}

/** Read off the module itself, so that none is missing. */
function importedFunctions(text: string): readonly WasmImport['name'][] {
  const found = text.matchAll(/^ \(import "\w+" "(\w+)" \(func /gm)
  return [...found].map(([, name]) => name as WasmImport['name']).toSorted()
}

function operatorsOf(module: ModuleIr): ReadonlyMap<number, string> {
  const operators = new Map<number, string>()
  for (const { body } of module.functions) {
    forEachStatement(body, (statement) => {
      if (statement.kind === 'mark') operators.set(statement.planNode, statement.operator)
    })
  }
  return operators
}

/** As FunctionScope.applyMarks wrote them and Binaryen prints them; without a place where code has none of its own. */
const location = /^( *);;@(?: plan:(\d+):(\d+))?$/

/** Binaryen repeats the location at every expression; a comment stands where it changes. */
function describeLocations(
  text: string,
  { operators, spans }: { readonly operators: ReadonlyMap<number, string>; readonly spans: readonly Span[] },
): { readonly text: string; readonly marks: readonly WasmMark[] } {
  const lines: string[] = []
  const marks: WasmMark[] = []
  let current = ''
  for (const line of text.trimEnd().split('\n')) {
    if (line.startsWith(' (func ')) current = ''
    const [place, indent = '', planNode, column] = location.exec(line) ?? []
    if (place === undefined) lines.push(line)
    if (planNode === undefined || place === undefined || place.trim() === current) continue
    current = place.trim()
    const node = Number(planNode)
    const span = spans[Number(column) - 1] ?? null
    const operator = operators.get(node) ?? 'plan'
    lines.push(`${indent};; plan ${node} ${operator}${span === null ? '' : ` ${span.line}:${span.column}`}`)
    marks.push({ line: lines.length, planNode: node, operator, span })
  }
  return { text: lines.join('\n'), marks }
}
