import { Millrace, type Change, type SourceHandle } from '../../index.ts'
import type { SltRecord } from './parse.ts'
import { parseSlt } from './parse.ts'

export type Tier = 'auto' | 'interpreter' | 'javascript' | 'wasm' | ChangingTiers

/** Every unit goes from tier to tier at batches that a seed chooses; `onEnd` hears how often one went to WebAssembly and back. */
export interface ChangingTiers {
  readonly swapSeed: number
  readonly onEnd: (swaps: number, deoptimisations: number) => void
}

/** What a record expected and what came: equal lists pass. */
export interface Outcome {
  readonly record: SltRecord
  readonly expected: readonly string[]
  readonly actual: readonly string[]
}

/** Runs a file in a database of its own. @throws what a record that expected no error met */
export async function runSlt(text: string, tier: Tier): Promise<readonly Outcome[]> {
  await using db = await Millrace.open(typeof tier === 'string' ? { tier } : { swapSeed: tier.swapSeed })
  const collected = new Map<string, string[]>()
  const outcomes: Outcome[] = []
  for (const record of parseSlt(text)) {
    try {
      outcomes.push({ record, ...(await runRecord(db, record, collected)) })
    } catch (error) {
      throw new Error(
        `line ${record.line} (${tierName(tier)}): ${error instanceof Error ? error.message : String(error)}`,
        {
          cause: error,
        },
      )
    }
  }
  if (typeof tier === 'string' && tier !== 'auto') checkTier(db, tier)
  const tiers = db.metrics().tiers
  if (typeof tier !== 'string') tier.onEnd(tiers?.swaps ?? 0, tiers?.deoptimisations ?? 0)
  return outcomes
}

/** Everything that runs at the end of the file runs where it was asked to. */
function checkTier(db: Millrace, tier: Exclude<Tier, object>): void {
  const { sources, queries } = db.metrics()
  for (const { tier: found } of [...sources, ...queries.flatMap(({ operators }) => operators)])
    if (found.tier !== tier) throw new Error(`${tier} was asked for, ${found.tier} runs`)
}

export function tierName(tier: Tier): string {
  return typeof tier === 'string' ? tier : `swapSeed ${tier.swapSeed}`
}

const nothing = { expected: [], actual: [] }

/** What records are run on. */
export interface SltDatabase {
  execute(sql: string): Promise<unknown>
  drain(): Promise<void>
  source(name: string): Pick<SourceHandle, 'push' | 'ready' | 'watermark' | 'end'>
  subscribe(object: string, callback: (change: Change) => unknown): unknown
  query(sql: string): Promise<readonly object[]>
}

export async function runRecord(
  db: SltDatabase,
  record: SltRecord,
  collected: Map<string, string[]>,
): Promise<Omit<Outcome, 'record'>> {
  switch (record.kind) {
    case 'statement':
      return await runStatement(db, record)
    case 'push': {
      const source = db.source(record.source)
      const rows = record.rows.map((row) => parseRow(row))
      while (!source.push(rows)) await source.ready()
      await db.drain()
      return nothing
    }
    case 'watermark':
      db.source(record.source).watermark(record.instant)
      await db.drain()
      return nothing
    case 'end':
      db.source(record.source).end()
      await db.drain()
      return nothing
    case 'subscribe': {
      const lines: string[] = []
      collected.set(record.object, lines)
      db.subscribe(record.object, (change) =>
        lines.push(`${change.kind === 'insert' ? '+' : '-'} ${rowText(change.row)}`),
      )
      return nothing
    }
    case 'changes': {
      await db.drain()
      const lines = collected.get(record.object)?.splice(0) ?? []
      return { expected: record.expected, actual: record.sorted ? lines.toSorted() : lines }
    }
    case 'query': {
      const rows = (await db.query(record.sql)).map((row) => rowText(row))
      return { expected: record.expected, actual: record.sorted ? rows.toSorted() : rows }
    }
  }
}

async function runStatement(
  db: SltDatabase,
  record: SltRecord & { readonly kind: 'statement' },
): Promise<Omit<Outcome, 'record'>> {
  try {
    await db.execute(record.sql)
    await db.drain()
  } catch (error) {
    const code = (error as { code?: string }).code
    if (record.error === null || code === undefined) throw error
    return { expected: [record.error], actual: [code] }
  }
  return { expected: record.error === null ? [] : [record.error], actual: [] }
}

/** Integers beyond 2^53 keep all their digits. */
function parseRow(text: string): Record<string, unknown> {
  return JSON.parse(text, (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? BigInt(context?.source ?? 0)
      : value,
  ) as Record<string, unknown>
}

function rowText(row: unknown): string {
  return Object.values(row as Record<string, unknown>)
    .map(valueText)
    .join(' | ')
}

function valueText(value: unknown): string {
  if (value === null) return 'NULL'
  if (value === '') return '(empty)'
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return Object.is(value, -0) ? '0' : String(value)
}
