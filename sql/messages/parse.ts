/** Reads the Markdown files of this folder (form: README.md) into messages. */

export interface Placeholder {
  readonly name: string
  readonly type: 'string' | 'number'
}

/** One `## code` entry. `message` and `hint` keep only the names of their placeholders: `%limit%`. */
export interface Message {
  readonly code: string
  readonly sqlstate: string
  readonly message: string
  readonly explanation: string
  readonly hint: string | undefined
  readonly placeholders: readonly Placeholder[]
}

/** One file: a chapter of docs/language/errors.md. */
export interface Chapter {
  readonly title: string
  readonly introduction: string
  readonly messages: readonly Message[]
}

const placeholderPattern = /%(\w+)(?::(\w+))?%/g

/**
 * Parses the chapters and checks them together.
 * @throws Error with the file's name where an entry is malformed or a code stands twice.
 */
export function parseChapters(files: ReadonlyMap<string, string>): readonly Chapter[] {
  const seen = new Map<string, string>()
  return [...files].map(([file, text]) => {
    const chapter = parseChapter(file, text)
    for (const { code } of chapter.messages) {
      const before = seen.get(code)
      if (before !== undefined) throw new Error(`${file}: code ${code} already stands in ${before}`)
      seen.set(code, file)
    }
    return chapter
  })
}

function parseChapter(file: string, text: string): Chapter {
  const [head = '', ...entries] = text.split(/^## /m)
  const title = /^# (.+)$/m.exec(head)?.[1]
  if (title === undefined) throw new Error(`${file}: no title`)
  const introduction = head.replace(/^# .+$/m, '').trim()
  return { title, introduction, messages: entries.map((entry) => parseEntry(file, entry)) }
}

function parseEntry(file: string, entry: string): Message {
  const [code = '', ...paragraphs] = entry.trim().split(/\n\s*\n/)
  const fail = (what: string): never => {
    throw new Error(`${file}: ${code}: ${what}`)
  }
  if (!/^[a-z][a-z0-9_]*$/.test(code)) fail('a code is snake_case')
  const sqlstate = /^SQLSTATE ([0-9A-Z]{5})$/.exec(paragraphs[0] ?? '')?.[1] ?? fail('no SQLSTATE line')
  const quoted = /^> (.+)$/.exec(paragraphs[1] ?? '')?.[1] ?? fail('no message in a one-line blockquote')
  const rest = paragraphs.slice(2)
  const hintText = rest.at(-1)?.startsWith('Hint: ') === true ? rest.pop()?.slice('Hint: '.length) : undefined
  if (rest.length === 0) fail('no explanation')
  const placeholders = placeholdersOf(quoted)
  const hint = hintText?.replace(/\s*\n\s*/g, ' ')
  const unknown = placeholdersOf(hint ?? '').find(({ name }) => !placeholders.some((known) => known.name === name))
  if (unknown) fail(`the hint's %${unknown.name}% is not in the message`)
  return {
    code,
    sqlstate,
    message: plain(quoted),
    explanation: rest.join('\n\n'),
    hint: hint && plain(hint),
    placeholders,
  }
}

function plain(text: string): string {
  return text.replace(placeholderPattern, '%$1%')
}

function placeholdersOf(text: string): readonly Placeholder[] {
  return [...text.matchAll(placeholderPattern)].map(([whole, name = '', type = 'string']): Placeholder => {
    if (type !== 'string' && type !== 'number') throw new Error(`${whole}: a placeholder is a string or a number`)
    return { name, type }
  })
}
