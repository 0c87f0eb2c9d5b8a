import { pathToFileURL } from 'node:url'
import { must } from '../../../sql/base/assert.ts'
import type { UnitDescription } from '../toolchain/unit-description.ts'
import type { VerifiedFolder } from './verify-folder.ts'

/** Lines of a unit's module before the first line of the unit. */
export const headerLines = 2

/** Where the code of a unit of the folder comes from. */
export function describeCarried({ directory, files }: VerifiedFolder, name: string): UnitDescription {
  const textOf = (file: string): string => new TextDecoder().decode(must(files.get(`units/${name}.${file}`), file))
  const origins = JSON.parse(textOf('json')) as Pick<UnitDescription, 'marks' | 'module' | 'functions'>
  return {
    ...origins,
    script: pathToFileURL(`${directory}/units/${name}.mjs`).href,
    linesBefore: headerLines,
    javascript: textOf('mjs').split('\n').slice(headerLines).join('\n'),
  }
}
