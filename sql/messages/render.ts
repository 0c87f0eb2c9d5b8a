import type { Chapter, Message } from './parse.ts'

const notice = 'Generated from sql/messages/*.md by `npm run generate:messages`; change those files instead.'

/**
 * `unknown_column` is raised by `unknownColumn`.
 * @internal exported for the house checks
 */
export function functionName(code: string): string {
  return code.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/** The source of `raise.ts`. */
export function renderRaise(chapters: readonly Chapter[]): string {
  const messages = chapters.flatMap((chapter) => chapter.messages)
  return [
    `// ${notice}`,
    `import type { Diagnostic } from '../base/diagnostic.ts'`,
    `import { diagnose, type MessageFacts, type Where } from './message.ts'`,
    '',
    '/** Every code that a diagnostic may carry. */',
    `export type Code =\n${messages.map(({ code }) => `  | '${code}'`).join('\n')}`,
    '',
    '/** The fixed facts of each code. */',
    'export const messages: Readonly<Record<Code, MessageFacts>> = {',
    ...messages.map(renderFacts),
    '}',
    '',
    ...messages.map(renderFunction),
  ].join('\n')
}

function renderFacts({ code, sqlstate, message, hint }: Message): string {
  const lines = [`    sqlstate: ${quote(sqlstate)},`, `    message: ${quote(message)},`]
  if (hint !== undefined) lines.push(`    hint: ${quote(hint)},`)
  return `  ${code}: {\n${lines.join('\n')}\n  },`
}

function renderFunction({ code, sqlstate, message, placeholders }: Message): string {
  const fields = placeholders.map(({ name, type }) => `readonly ${name}: ${type}`).join('; ')
  const parameters = fields === '' ? 'where: Where = {}' : `values: { ${fields} }, where: Where = {}`
  return [
    `/** ${sqlstate}: ${message} */`,
    `export function ${functionName(code)}(${parameters}): Diagnostic {`,
    `  return diagnose(['${code}', messages.${code}], ${fields === '' ? '{}' : 'values'}, where)`,
    '}',
    '',
  ].join('\n')
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

/** The text of `docs/language/errors.md`. */
export function renderPage(chapters: readonly Chapter[]): string {
  return [
    '# Errors',
    '',
    `<!-- ${notice} -->`,
    '',
    'Every diagnostic has a stable code, a SQLSTATE, a message, the place in the SQL text (or the file, line and byte',
    'offset in the data), and a hint where one helps. A code never changes meaning and is never reused.',
    '',
    ...chapters.flatMap((chapter) => [
      `## ${chapter.title}`,
      '',
      ...(chapter.introduction === '' ? [] : [chapter.introduction, '']),
      ...chapter.messages.flatMap(renderEntry),
    ]),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n')
}

function renderEntry({ code, sqlstate, message, explanation, hint }: Message): readonly string[] {
  const shown = (text: string): string => text.replace(/%(\w+)%/g, '<$1>')
  const lines = [`error[${code}] ${sqlstate}: ${shown(message)}`]
  if (hint !== undefined) lines.push(`hint: ${shown(hint)}`)
  return [`### ${code}`, '', '```text', ...lines, '```', '', explanation, '']
}
