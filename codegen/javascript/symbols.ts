import type { BinaryOperator } from '../kernel/ir.ts'

/** What JavaScript writes between the operands of a comparison, whatever their type; null for operators that compare nothing. */
export function comparisonSymbol(operator: BinaryOperator): string | null {
  switch (operator) {
    case 'eq':
      return '==='
    case 'ne':
      return '!=='
    case 'lt':
    case 'lt_s':
    case 'lt_u':
      return '<'
    case 'le':
    case 'le_s':
    case 'le_u':
      return '<='
    case 'gt':
    case 'gt_s':
    case 'gt_u':
      return '>'
    case 'ge':
    case 'ge_s':
    case 'ge_u':
      return '>='
    default:
      return null
  }
}

/** The same of arithmetic on numbers with a sign; the result is still to be wrapped. */
export function arithmeticSymbol(operator: BinaryOperator): string | null {
  switch (operator) {
    case 'add':
      return '+'
    case 'sub':
      return '-'
    case 'mul':
      return '*'
    case 'div':
    case 'div_s':
      return '/'
    case 'rem':
    case 'rem_s':
      return '%'
    case 'and':
      return '&'
    case 'or':
      return '|'
    case 'xor':
      return '^'
    default:
      return null
  }
}
