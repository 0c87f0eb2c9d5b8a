import type { Planned } from '../planning/planned.ts'

/** The program with every secret overwritten, so that places in it stay where they are. */
export function maskSecrets(program: string, statements: readonly Pick<Planned, 'secrets'>[]): string {
  const spans = statements.flatMap(({ secrets }) => secrets).toSorted((a, b) => a.start - b.start)
  let text = ''
  let position = 0
  for (const { start, end } of spans) {
    text += `${program.slice(position, start)}'${'*'.repeat(Math.max(0, end - start - 2))}'`
    position = end
  }
  return text + program.slice(position)
}
