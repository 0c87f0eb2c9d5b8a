import { columnsIn } from '../../../sql/plan/expression-tree.ts'
import type { ColumnDefinition, WatermarkClause } from '../../../sql/plan/statement.ts'
import { must } from '../../../sql/base/assert.ts'
import { physicalType } from '../../../sql/types/sql-type.ts'
import type { SourceArtifact } from '../../../runtime/abi/artifact.ts'
import { layoutBlock } from '../../../runtime/abi/block-layout.ts'
import type { BlockLayout } from '../../../runtime/abi/block.ts'
import { withHash } from '../../artifact/artifact-hash.ts'
import { assembleUnit } from '../../artifact/assemble-unit.ts'
import { ConstantPool } from '../constant-pool.ts'
import { ModuleBuilder } from '../module-builder.ts'
import { lowerIngest } from './ingest.ts'

export interface SourceDeclaration {
  readonly definitions: readonly ColumnDefinition[]
  readonly watermark: WatermarkClause | null
}

export interface SourceParts extends SourceDeclaration {
  /** Ordinals of the columns that somebody reads. */
  readonly needed: ReadonlySet<number>
  /** Adds the decoder to the source's module: `present[i]` says whether column i is decoded. Null for sources that are fed with columns. */
  readonly lowerDecoder: ((module: ModuleBuilder, layout: BlockLayout, present: ReadonlySet<number>) => string) | null
}

/** The block of a source: all its declared columns, whoever reads them, so that readers need not be compiled together. */
export function sourceLayout({ definitions, watermark }: SourceDeclaration): BlockLayout {
  return layoutBlock(
    definitions.map(({ type, nullable, defaultValue }) => ({
      physical: physicalType(type),
      nullable: nullable || defaultValue !== undefined,
    })),
    { watermark: watermark !== null },
  )
}

/** The unit of a source: `decode`, when it reads bytes, and `ingest`. Columns that nobody needs are neither decoded nor computed. */
export function lowerSource(parts: SourceParts): SourceArtifact {
  const { definitions, watermark, lowerDecoder } = parts
  const pool = new ConstantPool()
  const module = new ModuleBuilder('source', pool)
  const layout = sourceLayout(parts)
  const present = presentColumns(parts)
  const decoded = new Set([...present].filter((index) => !definitions[index]?.computed))
  const decode = lowerDecoder?.(module, layout, decoded) ?? null
  const ingest = lowerIngest(module, { definitions, layout, watermark, present })
  const finished = module.finish()
  const content: Omit<SourceArtifact, 'hash'> = {
    units: [assembleUnit(finished.module, finished)],
    constants: pool.constants,
    sites: pool.sites,
    layout,
    columns: definitions.map(({ name, type, nullable }, index) =>
      present.has(index) ? { name, type, nullable } : null,
    ),
    decode: decode === null ? null : { unit: 0, function: decode },
    ingest: { unit: 0, function: ingest },
  }
  return withHash(content)
}

/** What is needed, and what that is computed from. */
function presentColumns({ definitions, watermark, needed }: SourceParts): ReadonlySet<number> {
  const present = new Set<number>()
  const add = (index: number): void => {
    if (present.has(index)) return
    present.add(index)
    const { computed } = must(definitions[index], 'a declared column')
    if (computed) for (const column of columnsIn(computed)) add(column.index)
  }
  for (const index of needed) add(index)
  if (watermark) {
    add(watermark.column)
    if (watermark.expression) for (const column of columnsIn(watermark.expression)) add(column.index)
  }
  return new Set([...present].toSorted((a, b) => a - b))
}
