import type { Check } from './check.ts'

const sayNothing = /(^|[-_/.])(utils?|helpers?|common|misc|stuff)([-_/.]|$)/
const statusReport = /(SUMMARY|STATUS|NOTES|TODO|PLAN)[A-Z_-]*\.md$/
const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/
const snakeCase = /^[a-z0-9]+(_[a-z0-9]+)*$/
/** Names that tools and people expect as they are. */
const fixed = /^(README|CONTRIBUTING|CHANGELOG|ARCHITECTURE)\.md$|^LICENSE$|^NOTICE$|^Cargo\.(toml|lock)$|^\./

/** Files and folders are kebab-case (Rust: snake_case) and say what they hold. */
export const namesCheck: Check = {
  name: 'names',
  find(files) {
    return files.flatMap(({ path }) => {
      if (sayNothing.test(path)) return [`${path}: says nothing about what it holds`]
      if (statusReport.test(path)) return [`${path}: a status report; those belong into the history`]
      const odd = path.split('/').find((part) => !fits(part))
      return odd === undefined ? [] : [`${path}: ${odd} is not kebab-case`]
    })
  },
}

function fits(part: string): boolean {
  return fixed.test(part) || kebabCase.test(part) || (part.endsWith('.rs') && snakeCase.test(part.slice(0, -3)))
}
