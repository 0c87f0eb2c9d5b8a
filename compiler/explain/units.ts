import type { Unit } from '../../runtime/abi/artifact.ts'
import type { Span } from '../../sql/base/span.ts'
import { servedSql } from './library-uses.ts'

/** Generated code as EXPLAIN shows it, in whatever language. */
export interface UnitView {
  readonly name: string
  readonly language: 'javascript' | 'wat'
  readonly tier: 'javascript' | 'wasm'
  readonly source: string
  readonly marks: readonly MarkView[]
  /** Of what runs: the text of JavaScript, the binary of WebAssembly. */
  readonly sizeBytes: number
  /** What WebAssembly was before it was optimised; null for JavaScript. */
  readonly unoptimizedSizeBytes: number | null
  /** What the code leaves to functions outside of itself; null where EXPLAIN does not say (JavaScript, which calls whatever it needs). */
  readonly imports: readonly ImportView[] | null
  readonly compileMicros: number
}

/** Code from `line` (1-based) on comes from this plan node. */
export interface MarkView {
  readonly line: number
  readonly planNode: number
  readonly span: Span | null
}

export interface ImportView {
  readonly name: string
  /** The SQL that it is there for. */
  readonly serves: string
  /** `cases`: only for what the code's own version of it leaves. */
  readonly called: 'always' | 'cases'
}

/** A unit by the name that it is shown under: its own, which is one of its query's, or that of its source. */
export interface NamedUnit {
  readonly name: string
  readonly unit: Unit
  /** That it is made for; of a source, that makes it. */
  readonly statement?: Span
}

/** A unit's WebAssembly, as the engine has it made for EXPLAIN. */
export interface WasmCode {
  readonly name: string
  readonly text: string
  readonly marks: readonly MarkView[]
  readonly imports: readonly { readonly name: string; readonly called: 'always' | 'cases' }[]
  readonly sizeBytes: number
  readonly unoptimizedSizeBytes: number
  readonly compileMicros: number
}

export function javascriptView({ name, unit }: NamedUnit): UnitView {
  const { javascript, marks, generateMicros } = unit
  return {
    name,
    language: 'javascript',
    tier: 'javascript',
    source: javascript,
    marks,
    sizeBytes: new TextEncoder().encode(javascript).length,
    unoptimizedSizeBytes: null,
    imports: null,
    compileMicros: generateMicros,
  }
}

export function wasmView({ name, text, marks, imports, ...figures }: WasmCode): UnitView {
  return {
    name,
    language: 'wat',
    tier: 'wasm',
    source: text,
    marks,
    imports: imports.map((each) => ({ ...each, serves: servedSql(each.name) })),
    ...figures,
  }
}

/** Name, language, sizes and how long it took, in a line. */
export function unitFacts({ name, language, sizeBytes, unoptimizedSizeBytes, compileMicros }: UnitView): string {
  const size = `${sizeBytes.toLocaleString('en-US')} bytes`
  const before =
    unoptimizedSizeBytes === null ? '' : `, ${unoptimizedSizeBytes.toLocaleString('en-US')} before optimisation`
  const made = language === 'wat' ? 'compiled' : 'generated'
  return `Code of ${name} (${languageNames[language]}, ${size}${before}, ${made} in ${(compileMicros / 1000).toFixed(1)} ms)`
}

const languageNames: Readonly<Record<UnitView['language'], string>> = { javascript: 'JavaScript', wat: 'WebAssembly' }

/** For each line of a unit the plan node that it comes from: that of the last mark in its function. */
export function nodesOfLines({ source, marks }: UnitView): readonly (number | null)[] {
  const nodeAt = new Map(marks.map(({ line, planNode }) => [line, planNode]))
  let node: number | null = null
  return source.split('\n').map((line, index) => {
    if (functionStart.test(line)) node = null
    node = nodeAt.get(index + 1) ?? node
    return node
  })
}

const functionStart = /^(?:function | \(func )/

/** What a unit calls outside of itself, a line each. */
export function importTexts({ imports }: UnitView): readonly string[] {
  return (imports ?? []).map(
    ({ name, serves, called }) => `calls ${name}: ${serves}${called === 'cases' ? ' (rare cases)' : ''}`,
  )
}
