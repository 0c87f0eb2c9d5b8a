import type { FunctionIr, ModuleIr } from '../kernel/ir.ts'
import { CallEffects } from './call-effects.ts'
import { emit } from './expressions.ts'
import { FunctionScope } from './function-scope.ts'
import { emitInto } from './integers128.ts'
import { constDeclaration, functionDeclaration, returnExports, unitComment } from './nodes.ts'
import type { JsStatement, Name, PlanMark } from './nodes.ts'
import { printStatements } from './print.ts'
import { emitBlock } from './statements.ts'
import { UnitScope } from './unit-scope.ts'

/** A line of the source (1-based) and the plan node that the code after it comes from; `span` as in the IR's mark. */
export interface SourceMark extends PlanMark {
  readonly line: number
}

export interface JavaScriptUnit {
  /** Body of a function (memory, library, constants, scratch) => exports. */
  readonly source: string
  /** The module's own scratch area, then the cells of this back end. */
  readonly scratchSizeBytes: number
  readonly marks: readonly SourceMark[]
}

/** JavaScript for a verified module. The text depends on the shape of the module only. */
export function emitUnit(module: ModuleIr): JavaScriptUnit {
  const unit = new UnitScope(module)
  const functions = module.functions.map((subject) =>
    emitFunction(unit, subject, module.exports.includes(subject.name)),
  )
  const exported = module.exports.map((name) => ({ key: name, name: unit.functionCells(name).name }))
  const { source, marks } = printStatements([
    unitComment(module.name),
    ...unit.header,
    ...functions,
    returnExports(exported),
  ])
  return {
    source,
    scratchSizeBytes: unit.scratchSizeBytes,
    marks: marks.map(({ line, mark: { planNode, operator, span } }) => ({ line, planNode, operator, span })),
  }
}

function emitFunction(unit: UnitScope, subject: FunctionIr, isExported: boolean): JsStatement {
  const cells = unit.functionCells(subject.name)
  const scope = new FunctionScope(unit, {
    resultCell: isExported ? null : cells.result,
    effects: new CallEffects(),
    emitters: { emit, emitInto },
  })
  const parameters: Name[] = []
  const body = scope.block(() => {
    for (const [index, parameter] of subject.parameters.entries()) {
      const name = declareParameter(scope, parameter, cells.parameters[index] ?? null)
      if (name) parameters.push(name)
    }
    emitBlock(scope, subject.body)
  })
  return functionDeclaration(cells.name, parameters, [...unit.takeViews(), ...body])
}

/** Declares a parameter; gives its name when it is passed as an argument and not in a cell. */
function declareParameter(
  scope: FunctionScope,
  variable: FunctionIr['parameters'][number],
  cell: number | null,
): Name | null {
  if (cell === null || variable.type === 'f64') {
    const name = scope.unit.names.mint(variable.role)
    if (cell !== null) scope.push(constDeclaration(name, scope.cellElement(cell, 'f64')))
    scope.declare(variable, { kind: 'plain', name, later: scope.later() })
    return cell === null ? name : null
  }
  if (variable.type === 'i128') {
    scope.declare(variable, { kind: 'cell', offset: cell })
    return null
  }
  const access = { base: { kind: 'scratch', offset: cell }, offset: 0, index: null, sizeBytes: 8 } as const
  scope.declare(variable, {
    kind: 'loaded',
    variable,
    access,
    later: scope.later(),
    parts: { whole: null, low: null, high: null },
  })
  return null
}
