import { librarySignatures } from '../../runtime/abi/library.ts'
import { InternalError } from '../../sql/base/diagnostic.ts'

/**
 * The second lock on generated code, which knows nothing of the builders: the printed text must be a row of the pieces below, as the printer
 * spaces them. There are no strings, templates or regular expressions; names are minted ones (`role_7`: nothing global is called so) or
 * from these lists; a bracket follows a memory view, a dot one of four objects, a call a minted name or a listed function. So
 * whatever the text says, it can only compute on memory and call the library.
 *
 * One regular expression, because this runs for every query. The test suite parses the same units with acorn and checks their trees
 * (test/support/kernel/parse-check.ts).
 */
export function checkSource(source: string): void {
  const length = row.exec(source)?.[0].length ?? 0
  if (length !== source.length) throw new InternalError(`generated code was refused: the text at ${length}`)
}

const view = '(?:[iu](?:8|16|32)|i64|f32|f64)'
const minted = '[a-z][a-z0-9_]*_[0-9]+(?![A-Za-z0-9_$])'
const libraryNames = Object.keys(librarySignatures).join('|')

/** Each alternative consumes at least one character and none is the beginning of another's text, so that matching is linear. */
const pieces: readonly string[] = [
  ' +(?! *=[^=])|\\n',
  '// (?:unit|plan)(?: [a-z0-9_]+)+(?=\\n)',
  `const (${view}) = memory\\.\\1;`,
  `const ${minted} = library\\.(?:${libraryNames});`,
  `const ${minted} = constants\\[[0-9]+\\](?=;| [+>])`,
  `(?:const|let) ${minted} =(?= )`,
  `function ${minted}\\((?:${minted}(?:, ${minted})*)?\\) \\{`,
  `return \\{\\n(?: *[a-z][a-z0-9_]*: ${minted},?\\n)*\\};`,
  '(?:if|for|while|return) \\((?! )',
  '(?:else|return|break|continue|true|false)(?![A-Za-z0-9_$(:])',
  `${view}\\[(?!\\])`,
  'Math\\.(?:imul|fround|abs|sqrt|floor|ceil|trunc|min|max)\\(',
  'BigInt(?:\\.asIntN|\\.asUintN)?\\(',
  'scratch(?![A-Za-z0-9_$(.\\[])',
  `${minted}\\(?`,
  '(?:0|[1-9][0-9]*)(?:n|(?:\\.[0-9]+)?(?:e[+-]?[0-9]+)?)(?![A-Za-z0-9_$.(\\[])',
  // a parenthesis that groups stands after an operator or another opening one; after anything else it would call
  '(?<=[-+*/%&|^<>=?:,!([] ?)\\(',
  // an assignment, to an element or a minted name
  '(?<=[\\]0-9]) =(?= )',
  '>>>|===|!==|<<|>>|<=|>=|&&|\\|\\||\\+\\+(?=\\))|[){}\\];,:?+*/%&|^<>!-](?!/)',
]

/** Made once: V8 would otherwise look its text up for every unit. */
const row = new RegExp(`^(?:${pieces.join('|')})*`)
