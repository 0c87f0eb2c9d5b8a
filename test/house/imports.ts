import { posix } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'
import type { SourceFile } from './check.ts'

export interface Import {
  /** As written: `../base/span.ts`, `node:fs`, `acorn`. Undefined for `import(expression)`. */
  readonly specifier: string | undefined
  /** Path from the root for imports of our own files. */
  readonly target: string | undefined
  readonly offset: number
}

/** Every import of a TypeScript or JavaScript file: static, type-only, re-exports, dynamic, type queries, worker entries. */
export function importsOf(file: SourceFile): readonly Import[] {
  const { program, errors } = parseSync(file.path, file.text)
  if (errors[0]) throw new Error(`${file.path}: ${errors[0].message}`)
  const imports: Import[] = []
  const add = (node: Located, specifier: string | undefined): void => {
    const own = specifier?.startsWith('.') === true
    const target = own ? posix.join(posix.dirname(file.path), specifier) : undefined
    imports.push({ specifier, target, offset: node.start })
  }
  new Visitor({
    ImportDeclaration: (node) => add(node, node.source.value),
    ExportAllDeclaration: (node) => add(node, node.source.value),
    ExportNamedDeclaration: (node) => node.source && add(node, node.source.value),
    ImportExpression: (node) => add(node, textOf(node.source)),
    TSImportType: (node) => add(node, node.source.value),
    NewExpression: (node) => {
      const path = textOf(node.arguments[0])
      const isEntry = node.callee.type === 'Identifier' && node.callee.name === 'URL' && node.arguments.length === 2
      if (isEntry && path?.endsWith('.ts') === true) add(node, path)
    },
  }).visit(program)
  return imports
}

interface Located {
  readonly start: number
}

/** The value of a string literal. */
function textOf(node: { readonly type: string } | undefined): string | undefined {
  if (node === undefined || !('value' in node) || typeof node.value !== 'string') return undefined
  return node.value
}
