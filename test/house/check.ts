/** A file of the project, generated ones included: path from the root with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** A rule. Gives one line for each violation, starting with `path:` or `path:line:`. */
export interface Check {
  readonly name: string
  find(files: readonly SourceFile[]): readonly string[]
}

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || path.startsWith('test/') || path.startsWith('bench/')
}

/** The 1-based line of an offset. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
