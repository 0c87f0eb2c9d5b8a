import type { Span } from '../../../sql/base/span.ts'
import type { Unit } from '../../abi/artifact.ts'
import { describeUnit } from '../toolchain/describe-unit.ts'
import { encodeMappings, type LineMark } from './source-map.ts'
import { headerLines } from './unit-origins.ts'

/** A unit as an ES module whose default export is the function that `loadUnit` makes of it (runtime/worker/load.ts). */
export function unitModule(
  unit: Unit,
  { name, statement }: { readonly name: string; readonly statement: number },
): string {
  const what = statement === 0 ? 'the system stream of refused rows' : `statement ${statement} of program.sql`
  return [
    `// Unit ${name}: ${what}. Generated; checked against manifest.json.`,
    'export default function (memory, library, constants, scratch) {',
    unit.javascript,
    '}',
    `//# sourceMappingURL=${name}.mjs.map`,
    '',
  ].join('\n')
}

/**
 * From the lines of `unitModule` to the places of the program that they come from; what comes from no place in particular, from `statement`.
 * Null: a statement of the engine's own.
 */
export function unitSourceMap(
  unit: Unit,
  { name, statement }: { readonly name: string; readonly statement: Span | null },
): string {
  const at = (line: number, span: Span | null): readonly LineMark[] =>
    span === null ? [] : [{ line, sourceLine: span.line, sourceColumn: span.column }]
  const marks = unit.marks.flatMap(({ line, span }) => at(line + headerLines, span ?? statement))
  const lineCount = headerLines + unit.javascript.split('\n').length
  const map = {
    version: 3,
    file: `${name}.mjs`,
    sources: ['../program.sql'],
    names: [],
    mappings: encodeMappings([...at(1, statement), ...marks], lineCount),
  }
  return `${JSON.stringify(map)}\n`
}

/** Where the code of a unit comes from, for profiles (unit-origins.ts). */
export function unitOrigins(unit: Unit, { name }: { readonly name: string }): string {
  const { marks, module, functions } = describeUnit(unit, name)
  return `${JSON.stringify({ marks, module, functions })}\n`
}
