import type { ModuleIr } from './ir.ts'

/** i128 arguments of a library function, and its result. */
export const libraryCellCount = 8

/**
 * The scratch area of a unit. One layout for all back ends, so that a unit can change between them at a block boundary:
 *
 * | from | what |
 * |---|---|
 * | 0 | the module's own (ModuleIr.scratchSizeBytes), part of its meaning |
 * | `libraryCells` | where the interpreter's i128 values meet the library, 16 bytes each |
 * | `end` | cells of the JavaScript back end |
 */
export function scratchLayout(module: ModuleIr): { readonly libraryCells: number; readonly end: number } {
  const libraryCells = Math.ceil(module.scratchSizeBytes / 16) * 16
  return { libraryCells, end: libraryCells + 16 * libraryCellCount }
}
