/** Run by `npm run lint`: prints every violation of the house's rules; exits 1 when there is one. */
import { checks } from './checks.ts'
import { projectFiles } from './project-files.ts'

const files = projectFiles()
const lines = checks.flatMap((check) => check.find(files).map((violation) => `${violation} [${check.name}]`))
for (const line of lines) console.error(line)
console.error(`house: ${files.length} files, ${lines.length} violations`)
process.exitCode = lines.length === 0 ? 0 : 1
