import type { SourceFile } from './check.ts'

/** A block of Markdown that is marked `sql runnable`, and the block marked `output` that may follow it. */
export interface DocumentedProgram {
  /** `docs/guide/windows.md:12` */
  readonly place: string
  readonly sql: string
  /** What it prints, line by line; undefined where the page does not show it. */
  readonly output: string | undefined
}

/** Every runnable program of the documentation, in the order of files and lines. */
export function documentedPrograms(files: readonly SourceFile[]): readonly DocumentedProgram[] {
  return files.filter(({ path }) => path.endsWith('.md')).flatMap(programsOf)
}

function programsOf({ path, text }: SourceFile): readonly DocumentedProgram[] {
  const programs: DocumentedProgram[] = []
  for (const { info, body, line } of blocksOf(text)) {
    if (info === 'sql runnable') programs.push({ place: `${path}:${line}`, sql: body, output: undefined })
    else if (info.endsWith(' output')) {
      const last = programs.pop()
      if (last === undefined || last.output !== undefined) throw new Error(`${path}:${line}: output of no program`)
      programs.push({ ...last, output: body })
    }
  }
  return programs
}

export interface Block {
  readonly info: string
  readonly body: string
  readonly line: number
}

/** Every code block of a page. */
export function blocksOf(text: string): readonly Block[] {
  return [...text.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    info: (match[1] ?? '').trim(),
    body: match[2] ?? '',
    line: text.slice(0, match.index).split('\n').length,
  }))
}
