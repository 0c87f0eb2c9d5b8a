import { didYouMean } from '../../sql/base/did-you-mean.ts'
import { SqlError } from '../../sql/base/diagnostic.ts'
import { invalidOptionValue, syntaxError, unknownOption, unsupportedFeature } from '../../sql/messages/raise.ts'
import type { OpenOptions, Tier } from './options.ts'

/** Of `OpenOptions`. */
export const openOptionNames: readonly (keyof OpenOptions)[] = [
  'workers',
  'tier',
  'dataDir',
  'vars',
  'settings',
  'logger',
  'swapSeed',
]

const tiers: readonly Tier[] = ['auto', 'interpreter', 'javascript', 'wasm']

/** What cannot be had so far is refused, not ignored. @throws SqlError */
export function checkOptions({ workers = 0, tier = 'auto', dataDir }: OpenOptions): Tier {
  const refuse = (feature: string, hint: string): never => {
    throw new SqlError([unsupportedFeature({ feature }, { hint })])
  }
  if (workers !== 0) refuse(`workers: ${workers}`, 'workers: 0 runs in the thread of the caller')
  if (dataDir !== undefined) refuse('keeping state in a directory', 'leave dataDir out: nothing is kept')
  return checkChoice('tier', tier, tiers)
}

/** What callers in JavaScript give is not known to be one of the type's. @throws SqlError invalid_option_value */
export function checkChoice<T extends string>(name: string, value: T, choices: readonly T[]): T {
  if (choices.includes(value)) return value
  const expected = `one of ${choices.join(', ')}`
  throw new SqlError([
    invalidOptionValue({ name, value: `'${value}'`, expected }, { hint: didYouMean(value, choices) }),
  ])
}

/** SQL is text. @throws SqlError syntax_error */
export function checkText(sql: unknown): void {
  if (typeof sql !== 'string')
    throw new SqlError([syntaxError({ detail: `a statement is text, not ${sql === null ? 'null' : typeof sql}` })])
}

/** @throws SqlError unknown_option */
export function checkNames(options: object, known: readonly string[], owner: string): void {
  const names = Object.keys(options).filter((name) => !known.includes(name))
  const [first, ...rest] = names.map((name) =>
    unknownOption({ name, owner }, { hint: didYouMean(name, known) ?? `known options: ${known.join(', ')}` }),
  )
  if (first) throw new SqlError([first, ...rest])
}
