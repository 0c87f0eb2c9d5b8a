/**
 * The bench runner: npm run bench -- [--suite kernel] [--case NAME] [--rows N] [--rounds N] [--passes N] [--out FILE]
 *
 * Prints a table of medians and ratios and, with --out, writes the whole result as JSON. Figures are comparable only within one run.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { kernelCases, prepareKernelSuite } from '../kernel/suite.ts'
import type { CaseResult } from './compare.ts'
import { compare } from './compare.ts'
import { describeMachine } from './machine.ts'
import { geometricMean } from './statistics.ts'

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'kernel' },
    case: { type: 'string', multiple: true },
    contender: { type: 'string', multiple: true },
    rows: { type: 'string', default: '2000000' },
    rounds: { type: 'string', default: '3' },
    passes: { type: 'string', default: '5' },
    out: { type: 'string' },
  },
})

if (values.suite !== 'kernel') throw new Error(`no suite ${values.suite}: kernel`)
const suite = prepareKernelSuite(Number(values.rows), Number(values.passes))
const results: CaseResult[] = []
for (const name of values.case ?? kernelCases) {
  const contenders = suite.contenders(name).filter((contender) => values.contender?.includes(contender.name) ?? true)
  const result = compare({ name, rows: suite.rows, contenders, rounds: Number(values.rounds) })
  results.push(result)
  printCase(result)
}
printMeans(results)
if (values.out !== undefined) {
  const command = `npm run bench -- ${process.argv
    .slice(2)
    .filter((word, index, all) => word !== '--out' && all[index - 1] !== '--out')
    .join(' ')}`.trim()
  writeFileSync(
    values.out,
    `${JSON.stringify({ command, machine: describeMachine(), results, means: means(results) }, null, 2)}\n`,
  )
}

function ratios(result: CaseResult): readonly { readonly name: string; readonly ratio: number }[] {
  const floor = result.contenders.find((contender) => contender.name === 'c')?.nanosPerRow ?? Number.NaN
  return result.contenders.map((contender) => ({ name: contender.name, ratio: contender.nanosPerRow / floor }))
}

function means(all: readonly CaseResult[]): Readonly<Record<string, number>> {
  const names = all[0]?.contenders.map((contender) => contender.name) ?? []
  const of = (name: string): number =>
    geometricMean(all.map((result) => ratios(result).find((ratio) => ratio.name === name)?.ratio ?? Number.NaN))
  const toHandwritten = geometricMean(all.map((result) => ratio(result, 'javascript', 'handwritten')))
  return {
    ...Object.fromEntries(names.map((name) => [`${name}/c`, of(name)])),
    'javascript/handwritten': toHandwritten,
  }
}

function ratio(result: CaseResult, above: string, below: string): number {
  const of = (name: string): number =>
    result.contenders.find((contender) => contender.name === name)?.nanosPerRow ?? Number.NaN
  return of(above) / of(below)
}

function printCase(result: CaseResult): void {
  console.log(`${result.name} (${result.rows} rows, hash ${result.hash})`)
  const byName = new Map(ratios(result).map((entry) => [entry.name, entry.ratio]))
  for (const contender of result.contenders) {
    const spread = `${contender.nanosPerRowMin.toFixed(2)}..${contender.nanosPerRowMax.toFixed(2)}`
    const figures = `${contender.nanosPerRow.toFixed(2).padStart(9)} ns/row  ${spread.padStart(18)}  ${(byName.get(contender.name) ?? Number.NaN).toFixed(2).padStart(7)}x c`
    console.log(`  ${contender.name.padEnd(12)}${figures}`)
  }
}

function printMeans(all: readonly CaseResult[]): void {
  console.log('geometric means')
  for (const [name, value] of Object.entries(means(all))) console.log(`  ${name.padEnd(24)}${value.toFixed(2)}x`)
}
