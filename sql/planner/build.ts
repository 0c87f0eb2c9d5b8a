/**
 * `npm run build:planner`: the Rust crate into `planner.wasm.br`, with `planner.digest` (of the sources) and
 * `planner.generated.ts` (what the module must hash to when unpacked). Installs nothing; says what is missing.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { sourcesDigest } from './sources.ts'

const room = fileURLToPath(new URL('.', import.meta.url))
const target = 'wasm32-unknown-unknown'
/** Debian's `rustc-web` and `rust-web-src` build std themselves; its own PATH comes first so that rustup does not hide it. */
const environment = { ...process.env, PATH: `/usr/bin:${process.env['PATH']}`, RUSTC_BOOTSTRAP: '1' }
const rustcVersionMin = 94

function output(command: string, args: readonly string[]): string | undefined {
  const result = spawnSync(command, args, { encoding: 'utf8', env: environment })
  return result.status === 0 ? result.stdout : undefined
}

function missingTools(): readonly string[] {
  const missing: string[] = []
  const version = /^rustc 1\.(\d+)/.exec(output('rustc', ['--version']) ?? '')
  if (!version) missing.push('rustc and cargo (Debian: apt-get install rustc-web cargo-web)')
  else if (Number(version[1]) < rustcVersionMin)
    missing.push(`rustc 1.${rustcVersionMin} or newer (found 1.${version[1]})`)
  const sysroot = output('rustc', ['--print', 'sysroot'])?.trim()
  if (sysroot !== undefined && !existsSync(`${sysroot}/lib/rustlib/src/rust/library`)) {
    missing.push('the sources of std (Debian: apt-get install rust-web-src)')
  }
  if (output('wasm-ld-22', ['--version']) === undefined) missing.push('wasm-ld-22 (Debian: apt-get install lld-22)')
  return missing
}

const missing = missingTools()
if (missing.length > 0) {
  console.error(`the planner cannot be built here; missing:\n${missing.map((tool) => `  ${tool}`).join('\n')}`)
  process.exit(1)
}
const digest = await sourcesDigest()
execFileSync('cargo', ['build', '--release', '--locked'], { cwd: room, env: environment, stdio: 'inherit' })
const module = readFileSync(`${room}target/${target}/release/millrace_planner.wasm`)
const packed = brotliCompressSync(module, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: module.length,
  },
})
const sha256 = createHash('sha256').update(module).digest('hex')
await writeFile(`${room}planner.wasm.br`, packed)
await writeFile(`${room}planner.digest`, `${digest}\n`)
await writeFile(
  `${room}planner.generated.ts`,
  `// Written by npm run build:planner.\nexport const moduleSha256 = '${sha256}'\nexport const moduleSizeBytes = ${module.length}\n`,
)
console.log(`planner.wasm: ${module.length} bytes, ${packed.length} compressed`)
