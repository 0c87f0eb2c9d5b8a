import { posix } from 'node:path'
import { lineOf, type Check, type SourceFile } from './check.ts'
import { roomOf } from './rooms.ts'

const readmeLinesMax = 40

/** Every room with sources has a README of at most 40 lines. */
export const readmesCheck: Check = {
  name: 'readmes',
  find(files) {
    const texts = new Map(files.map(({ path, text }) => [path, text]))
    const inhabited = new Set(
      files.filter(({ path }) => /\.(ts|rs)$/.test(path)).flatMap(({ path }) => readmeFolder(path)),
    )
    return [...inhabited].flatMap((folder) => {
      const text = texts.get(`${folder}/README.md`)
      if (text === undefined) return [`${folder}/README.md: missing`]
      const count = text.trimEnd().split('\n').length
      return count > readmeLinesMax ? [`${folder}/README.md: ${count} lines; at most ${readmeLinesMax}`] : []
    })
  },
}

/** The folder whose README tells of a file: its room; within test/, bench/ and the broad rooms the folder below. */
function readmeFolder(path: string): readonly string[] {
  const [top = '', second = ''] = path.split('/')
  const room = roomOf(path)
  if (room === undefined || !path.includes('/') || top === 'bin' || top === 'docs') return []
  if (room.path.includes('/')) return [room.path]
  return second.includes('.') ? [] : [`${top}/${second}`]
}

/** Relative links in Markdown lead to files and headings that exist. */
export const linksCheck: Check = {
  name: 'links',
  find(files) {
    const texts = new Map(files.map(({ path, text }) => [path, text]))
    return files.filter(({ path }) => path.endsWith('.md')).flatMap((file) => brokenLinks(file, texts))
  },
}

function brokenLinks({ path, text }: SourceFile, texts: ReadonlyMap<string, string>): readonly string[] {
  const folders = [...texts.keys()].map((file) => `${posix.dirname(file)}/`)
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => {
    const link = match[1] ?? ''
    if (/^[a-z]+:/.test(link)) return []
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? path : posix.join(posix.dirname(path), file)
    const at = `${path}:${lineOf(text, match.index)}:`
    const exists = texts.has(target) || folders.some((folder) => folder.startsWith(target.replace(/\/?$/, '/')))
    if (!exists) return [`${at} links to ${target}, which does not exist`]
    const headings = anchorsOf(texts.get(target) ?? '')
    return anchor === undefined || headings.has(anchor)
      ? []
      : [`${at} links to #${anchor}, which ${target} does not have`]
  })
}

/** Blanks code, keeping offsets. */
function withoutCode(text: string): string {
  const blank = (code: string): string => code.replace(/[^\n]/g, ' ')
  return text.replace(/^```[\s\S]*?^```/gm, blank).replace(/`[^`\n]*`/g, blank)
}

function anchorsOf(markdown: string): ReadonlySet<string> {
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? '')
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  )
}
