import type { SourceFile } from './check.ts'
import { blocksOf } from './documented-programs.ts'

/** What a page says that a reader should do, in order. */
export type Step =
  | { readonly kind: 'save'; readonly file: string; readonly text: string }
  /** `output`: what the page says that the commands print; undefined where it does not. */
  | { readonly kind: 'run'; readonly place: string; readonly commands: string; readonly output: string | undefined }

export interface DocumentedPage {
  readonly path: string
  readonly steps: readonly Step[]
}

/**
 * Pages of Markdown with blocks marked `sh runnable`. Blocks marked `file=NAME` are saved under that name, one after the other where
 * several have the same; a block marked `text printed` is what the commands before it print.
 */
export function documentedPages(files: readonly SourceFile[]): readonly DocumentedPage[] {
  const pages = files
    .filter(({ path }) => path.endsWith('.md'))
    .map((file) => ({ path: file.path, steps: stepsOf(file) }))
  return pages.filter(({ steps }) => steps.some(({ kind }) => kind === 'run'))
}

function stepsOf({ path, text }: SourceFile): readonly Step[] {
  const steps: Step[] = []
  for (const { info, body, line } of blocksOf(text)) {
    const [, file] = / file=(\S+)$/.exec(info) ?? []
    if (file !== undefined) steps.push({ kind: 'save', file, text: body })
    else if (info === 'sh runnable')
      steps.push({ kind: 'run', place: `${path}:${line}`, commands: body, output: undefined })
    else if (info === 'text printed') {
      const last = steps.pop()
      if (last?.kind !== 'run' || last.output !== undefined) throw new Error(`${path}:${line}: printed by no command`)
      steps.push({ ...last, output: body })
    }
  }
  return steps
}
