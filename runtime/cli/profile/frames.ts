import { basename } from 'node:path'
import type { Span } from '../../../sql/base/span.ts'
import type { Origin, UnitDescription } from '../../engine/toolchain/unit-description.ts'

/** The program that was profiled. */
export interface ProfiledProgram {
  /** What viewers open when a frame is chosen. */
  readonly url: string
  /** For people; may be a path. */
  readonly file: string
}

/** A unit that ran. */
export interface ProfiledUnit extends UnitDescription {
  /** The source or query whose code it is. */
  readonly owner: string
  /** The statement that made it. */
  readonly statement: Span | null
}

/** Where a frame is and what it is called, as V8 writes it: lines and columns from 0. */
export interface Frame {
  readonly functionName: string
  readonly scriptId: string
  readonly url: string
  readonly lineNumber: number
  readonly columnNumber: number
}

/** A function of a unit in whatever language: whose it is and what it does, in order of the code. */
export interface KernelFunction {
  readonly owner: string
  /** Name in the kernel: `update`, `emit`, `decode`.. */
  readonly name: string
  readonly origins: readonly Origin[]
  /** Of the whole unit: where a function belongs that has none of its own. */
  readonly within: readonly Origin[]
  /** Where a unit belongs that has none. */
  readonly statement: Span | null
}

/** Plan nodes that a frame's name lists before it says that there are more. */
const listedMax = 4

/** The frame of a whole function: `bids update: #2 filter, #3 aggregate [auctions.sql:12:3]`. */
export function functionFrame(raw: Frame, kernel: KernelFunction, program: ProfiledProgram): Frame {
  const { owner, name, origins, within, statement } = kernel
  const place = firstOf(origins.length === 0 ? within : origins)?.span ?? statement
  const listed = origins.slice(0, listedMax).map(originText)
  const more = origins.length > listedMax ? ['..'] : []
  const does = listed.length === 0 ? '' : `: ${[...listed, ...more].join(', ')}`
  return placed(raw, { text: `${owner} ${name}${does}`, span: place }, program)
}

/** The frame of what comes from one plan node within a function: `#2 filter [auctions.sql:14:9]`. */
export function originFrame(raw: Frame, origin: Origin, program: ProfiledProgram): Frame {
  return placed(raw, { text: originText(origin), span: origin.span }, program)
}

function originText({ planNode, operator }: Origin): string {
  return `#${planNode} ${operator}`
}

function placed(
  raw: Frame,
  { text, span }: { readonly text: string; readonly span: Span | null },
  { url, file }: ProfiledProgram,
): Frame {
  if (!span) return { ...raw, functionName: text }
  const { line, column } = span
  const functionName = `${text} [${basename(file)}:${line}:${column}]`
  return { ...raw, functionName, url, lineNumber: line - 1, columnNumber: column - 1 }
}

/** What stands first in the program. */
function firstOf(origins: readonly Origin[]): Origin | undefined {
  return origins.toSorted((a, b) => (a.span?.start ?? Infinity) - (b.span?.start ?? Infinity))[0]
}

/** The functions of a unit's JavaScript, with the marks in their lines. */
export class ScriptFunctions {
  readonly #unit: ProfiledUnit
  /** Lines of the unit (1-based) on which functions start. */
  readonly #starts: readonly number[]

  constructor(unit: ProfiledUnit) {
    this.#unit = unit
    this.#starts = unit.javascript
      .split('\n')
      .flatMap((line, index) => (line.startsWith('function ') ? [index + 1] : []))
  }

  /** The function of a frame. */
  at({ functionName, lineNumber }: Frame): KernelFunction {
    const start = this.#lineOf(lineNumber + 1)
    const origins = new Map(this.#marksFrom(start).map((mark) => [keyOf(mark), mark]))
    const name = functionName.replace(/_\d+$/, '')
    return {
      owner: this.#unit.owner,
      name,
      origins: [...origins.values()],
      within: this.#unit.marks,
      statement: this.#unit.statement,
    }
  }

  /** What a line of the script (1-based) comes from, within the function that starts on a line of the script (from 0). */
  originOf(line: number, functionLineNumber: number): Origin | undefined {
    const at = this.#lineOf(line)
    return this.#marksFrom(this.#lineOf(functionLineNumber + 1)).findLast((mark) => mark.line <= at)
  }

  #lineOf(scriptLine: number): number {
    return scriptLine - this.#unit.linesBefore
  }

  #marksFrom(start: number): ProfiledUnit['marks'] {
    const end = this.#starts.find((line) => line > start) ?? Infinity
    return this.#unit.marks.filter(({ line }) => line >= start && line < end)
  }
}

/** Tells origins apart. */
export function keyOf({ planNode, span }: Origin): string {
  return `${planNode} ${span?.start ?? ''}`
}
