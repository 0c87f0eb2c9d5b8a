import { generate, GENERATOR } from 'astring'
import type { JsStatement } from './nodes.ts'

interface PrinterState {
  write(text: string): void
  readonly indent: string
  readonly lineEnd: string
  indentLevel: number
}

type StatementOf<T extends JsStatement['type']> = Extract<JsStatement, { readonly type: T }>

/** astring knows no comments without the parser's and no placeholders: both are ours. */
const generator = {
  ...GENERATOR,
  MarkComment(node: StatementOf<'MarkComment'>, state: PrinterState): void {
    state.write(`// ${node.text}`)
  },
}

/** JavaScript text of a list of statements. */
export function printStatements(body: readonly JsStatement[]): string {
  const program = { type: 'Program', body: flatten(body), sourceType: 'script' }
  return generate(program, { generator: generator, indent: '  ', lineEnd: '\n' })
}

/** Puts what placeholders received in their place. */
function flatten(body: readonly JsStatement[]): readonly JsStatement[] {
  return body.flatMap((statement) =>
    statement.type === 'Later' ? flatten(statement.statements) : [flattenInner(statement)],
  )
}

function flattenInner(statement: JsStatement): JsStatement {
  switch (statement.type) {
    case 'BlockStatement':
      return { ...statement, body: flatten(statement.body) }
    case 'IfStatement':
      return {
        ...statement,
        consequent: flattenInner(statement.consequent),
        alternate: statement.alternate && flattenInner(statement.alternate),
      }
    case 'ForStatement':
    case 'WhileStatement':
    case 'LabeledStatement':
    case 'FunctionDeclaration':
      return { ...statement, body: flattenInner(statement.body) }
    default:
      return statement
  }
}
