import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseChapters } from './parse.ts'
import { renderPage, renderRaise } from './render.ts'

const here = new URL('./', import.meta.url)
/** Chapters in the order of the documentation page. */
const chapterFiles = ['syntax.md', 'names.md', 'types.md', 'options.md', 'streaming.md', 'rows.md', 'engine.md']

/** The generated files: absolute path to text. The house test compares them with what is checked in. */
export async function generate(): Promise<ReadonlyMap<string, string>> {
  const present = (await readdir(here)).filter((file) => file.endsWith('.md') && file !== 'README.md')
  const forgotten = present.find((file) => !chapterFiles.includes(file))
  if (forgotten !== undefined) throw new Error(`sql/messages/${forgotten} is not in the list of chapters`)
  const texts = await Promise.all(chapterFiles.map((file) => readFile(new URL(file, here), 'utf8')))
  const chapters = parseChapters(new Map(chapterFiles.map((file, index) => [file, texts[index] ?? ''])))
  return new Map([
    [fileURLToPath(new URL('raise.ts', here)), renderRaise(chapters)],
    [fileURLToPath(new URL('../../docs/language/errors.md', here)), renderPage(chapters)],
  ])
}

if (import.meta.main) {
  for (const [path, text] of await generate()) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  }
}
