import { assembleUnit } from '../../../codegen/artifact/assemble-unit.ts'
import { canonicalJson } from '../../../codegen/artifact/canonical-json.ts'
import { instantiateInterpreter } from '../../../codegen/interpreter/instantiate.ts'
import { constI32 } from '../../../codegen/kernel/build.ts'
import type { ModuleIr } from '../../../codegen/kernel/ir.ts'
import { ConstantPool } from '../../../codegen/lowering/constant-pool.ts'
import { lowerExpression } from '../../../codegen/lowering/expressions/lower.ts'
import { ModuleBuilder } from '../../../codegen/lowering/module-builder.ts'
import { blockColumn, storeColumn } from '../../../codegen/lowering/operators/block-columns.ts'
import { RowScope } from '../../../codegen/lowering/row-scope.ts'
import type { WasmToolkit } from '../../../codegen/wasm/module.ts'
import { emitWasmUnit } from '../../../codegen/wasm/unit.ts'
import type { Site, Unit } from '../../../runtime/abi/artifact.ts'
import type { BlockLayout } from '../../../runtime/abi/block.ts'
import { layoutBlock } from '../../../runtime/abi/block-layout.ts'
import type { Library } from '../../../runtime/abi/library.ts'
import type { MemoryViews } from '../../../runtime/abi/memory.ts'
import { createLibrary } from '../../../runtime/library/library.ts'
import type { LibraryHost } from '../../../runtime/library/library.ts'
import { Patterns } from '../../../runtime/library/pattern/patterns.ts'
import { loadConstants } from '../../../runtime/memory/constants.ts'
import { createWorkerMemory } from '../../../runtime/memory/worker-memory.ts'
import { loadUnit, type UnitBinding, type UnitExports } from '../../../runtime/worker/load.ts'
import { loadWasmUnit } from '../../../runtime/worker/load-wasm.ts'
import type { Column, Expression } from '../../../sql/plan/logical-plan.ts'
import { must } from '../../../sql/base/assert.ts'
import { physicalType } from '../../../sql/types/sql-type.ts'
import { readCell, writeCell } from './cells.ts'
import type { Cell } from './cells.ts'

/** What an expression gives for a row: a value, or the code of the row's error. */
export type Outcome = { readonly value: Cell } | { readonly error: string }

/** `wasm` and `changing` need a bench with a toolkit. `changing`: from one to the next of a few rows another of the three. */
export type Tier = 'interpreter' | 'javascript' | 'wasm' | 'changing'

const fixedTiers = ['interpreter', 'javascript', 'wasm'] as const

export interface Table {
  readonly schema: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
}

/** A memory with a library over it, shared by evaluations. */
export interface Bench {
  readonly views: MemoryViews
  readonly library: Library
  readonly patterns: Patterns
  readonly memory: ReturnType<typeof createWorkerMemory>
  /** Sites of the rows that failed, filled by row_error. */
  readonly failed: Map<number, number>
  readonly toolkit: WasmToolkit | null
  /** What was compiled last is often asked for again. */
  lastWasm: { readonly key: string; readonly wasm: WebAssembly.Module } | null
}

export function createBench(toolkit: WasmToolkit | null = null): Bench {
  const memory = createWorkerMemory({ limitBytes: 1 << 28 })
  const patterns = new Patterns()
  const failed = new Map<number, number>()
  const functions = {
    row_error: (site: number, row: number) => void failed.set(row, site),
  } as unknown as LibraryHost['functions']
  const library = createLibrary(memory.views, {
    allocate: (sizeBytes) => memory.arena.allocate(sizeBytes, 1),
    patterns,
    functions,
  })
  return { views: memory.views, library, patterns, memory, failed, toolkit, lastWasm: null }
}

/** The outcome of every expression for every row: `outcomes[row][expression]`. At most 1,024 rows. */
export function evaluate(
  bench: Bench,
  table: Table,
  { expressions, tier }: { readonly expressions: readonly Expression[]; readonly tier: Tier },
): Outcome[][] {
  const pool = new ConstantPool()
  const input = layoutOf(table.schema)
  const output = layoutOf(expressions.map((expression) => ({ name: '', type: expression.type, nullable: true })))
  const { module, unit } = buildUnit(pool, { table, input, output, expressions })
  const arena = bench.memory.arena
  const constants = loadConstants(pool.constants, {
    views: bench.views,
    arena,
    registerPattern: (pattern) => bench.patterns.add(pattern),
  })
  const scratchBase = arena.allocate(Math.max(16, unit.scratchSizeBytes), 16)
  bench.views.u8.fill(0, scratchBase, scratchBase + unit.scratchSizeBytes)
  const binding = {
    views: bench.views,
    library: bench.library,
    constants: unit.constants.map((index) => must(constants[index])),
    scratchBase,
  }
  const tiers = tier === 'changing' ? fixedTiers : [tier]
  const instances = tiers.map((each) => instantiate(bench, { module, unit, binding, tier: each }))
  const [inBlock, outBlock] = [arena.allocate(input.sizeBytes, 16), arena.allocate(output.sizeBytes, 16)]
  const place = { views: bench.views, allocate: (sizeBytes: number) => arena.allocate(sizeBytes, 1) }
  const outcomes: Outcome[][] = []
  for (const { rows, instance } of batchesOf(table.rows, instances.length)) {
    for (const [row, cells] of rows.entries()) {
      for (const [index, column] of table.schema.entries()) {
        writeCell(
          { ...place, block: inBlock },
          { column: must(input.columns[index]), row, type: column.type },
          cells[index] as Cell,
        )
      }
    }
    const own = rows.map((): Outcome[] => [])
    for (const [index, expression] of expressions.entries()) {
      bench.failed.clear()
      must(must(instances[instance])[`part_${index}`])(inBlock, rows.length, outBlock)
      for (const [row, outcome] of own.entries()) {
        const site = bench.failed.get(row)
        const from = { column: must(output.columns[index]), row, type: expression.type }
        outcome.push(
          site === undefined
            ? { value: readCell({ ...place, block: outBlock }, from) }
            : { error: (pool.sites[site] as Site).code },
        )
      }
    }
    outcomes.push(...own)
  }
  arena.reset()
  return outcomes
}

type Rows = Table['rows']

/** All rows for one instance; for several, one to three rows at a time, for each the instance that their number chooses. */
function* batchesOf(rows: Rows, instances: number): Generator<{ readonly rows: Rows; readonly instance: number }> {
  if (instances === 1) return yield { rows, instance: 0 }
  for (let from = 0, batch = rows.length; from < rows.length; batch++) {
    const to = from + 1 + ((batch * 7) % 3)
    yield { rows: rows.slice(from, to), instance: ((batch * batch) ^ (batch >> 1)) % instances }
    from = to
  }
}

function instantiate(
  bench: Bench,
  parts: {
    readonly module: ModuleIr
    readonly unit: Unit
    readonly binding: UnitBinding
    readonly tier: (typeof fixedTiers)[number]
  },
): UnitExports {
  const { module, unit, binding, tier } = parts
  if (tier === 'interpreter') return instantiateInterpreter(module, binding)
  if (tier === 'javascript') return loadUnit({ javascript: unit.javascript, hash: 'test' }, binding)
  return loadWasmUnit(wasmOf(bench, module), binding)
}

function wasmOf(bench: Bench, module: ModuleIr): WebAssembly.Module {
  const key = canonicalJson(module)
  if (bench.lastWasm?.key !== key) {
    const { bytes } = emitWasmUnit(must(bench.toolkit, 'a toolkit'), module)
    bench.lastWasm = { key, wasm: new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>) }
  }
  return bench.lastWasm.wasm
}

function layoutOf(columns: readonly Column[]): BlockLayout {
  return layoutBlock(columns.map(({ type, nullable }) => ({ physical: physicalType(type), nullable })))
}

interface UnitParts {
  readonly table: Table
  readonly input: BlockLayout
  readonly output: BlockLayout
  readonly expressions: readonly Expression[]
}

/** One function an expression, so that a row's error is that expression's own. */
function buildUnit(
  pool: ConstantPool,
  { table, input, output, expressions }: UnitParts,
): { readonly module: ModuleIr; readonly unit: Unit } {
  const builder = new ModuleBuilder('test', pool)
  for (const [index, expression] of expressions.entries()) {
    const parameters = ['in', 'count', 'out'].map((role) => ({ role, type: 'i32' as const }))
    builder.function(
      { name: `part_${index}`, parameters, result: null, exported: true },
      (body, [block, count, out]) => {
        body.for(constI32(0), must(count), (row, label) => {
          const columns = table.schema.map(({ type, nullable }, at) =>
            blockColumn(body, { block: must(block), row }, { type, nullable, column: must(input.columns[at]) }),
          )
          const scope = RowScope.open(body, columns)
          const value = lowerExpression(expression, scope)
          scope.check(row, label)
          storeColumn(body, { block: must(out), row }, { column: must(output.columns[index]), value })
        })
      },
    )
  }
  const { module, constants, spans } = builder.finish()
  return { module, unit: assembleUnit(module, { constants, spans }) }
}
