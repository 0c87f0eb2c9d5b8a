import type { Library } from '../abi/library.ts'
import type { MemoryViews } from '../abi/memory.ts'
import { DataError, InternalError } from '../../sql/base/diagnostic.ts'
import { codeGenerationForbidden } from '../../sql/messages/raise.ts'

/** What a unit is bound to when it is loaded. */
export interface UnitBinding {
  readonly views: MemoryViews
  readonly library: Library
  /** Addresses of the unit's constants, by the unit's own numbering. */
  readonly constants: readonly number[]
  /** Address of the unit's zeroed scratch area (Unit.scratchSizeBytes, 16-aligned). */
  readonly scratchBase: number
}

/** The exported functions of a loaded unit, by name: numbers in, number out. */
export type UnitExports = Readonly<Record<string, (...parameters: number[]) => number>>

/** A unit's source as a function; an artifact's modules export one. */
export type UnitFactory = (
  memory: MemoryViews,
  library: Library,
  constants: readonly number[],
  scratch: number,
) => UnitExports

/** A unit's source could not be loaded: ours to fix. Keeps the source for the report. */
class UnitLoadError extends InternalError {
  readonly source: string

  constructor(reason: string, source: string) {
    super(`generated code does not load: ${reason}`)
    this.name = 'UnitLoadError'
    this.source = source
  }
}

/**
 * The one gate that turns text into functions. `source` is the body of a unit (runtime/abi/artifact.ts) that was checked when it
 * was assembled; `hash` names it in stack traces and profiles.
 *
 * Errors: DataError `code_generation_forbidden` when the process does not allow it (the caller interprets instead);
 * UnitLoadError, with the source, when the text does not compile or fails while loading.
 */
export function loadUnit(
  unit: { readonly javascript: string; readonly hash: string },
  binding: UnitBinding,
): UnitExports {
  const factory = makeFactory(unit)
  try {
    return factory(binding.views, binding.library, binding.constants, binding.scratchBase)
  } catch (error) {
    throw new UnitLoadError(String(error), unit.javascript)
  }
}

function makeFactory(unit: { readonly javascript: string; readonly hash: string }): UnitFactory {
  const body = `"use strict";${unit.javascript}\n//# sourceURL=${scriptUrl(unit.hash)}`
  try {
    // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- this is the gate
    return new Function('memory', 'library', 'constants', 'scratch', body) as UnitFactory
  } catch (error) {
    if (error instanceof EvalError) throw new DataError(codeGenerationForbidden())
    throw new UnitLoadError(String(error), unit.javascript)
  }
}

/** What a unit's script is called in stack traces and profiles. */
export function scriptUrl(hash: string): string {
  return `millrace-${fileWord(hash)}.js`
}

/** Lines that V8 puts before the body of a function that is made from text. */
export const linesBeforeUnit = 2

function fileWord(hash: string): string {
  return hash.replace(/[^A-Za-z0-9_-]/g, '')
}
