/**
 * The runtime that artifacts carry: everything that runs a compiled program, without planner, compiler and code generators, as a
 * few ES modules. `npm run build` writes it into dist/; in a checkout `millrace compile` has it made when it needs it.
 */
import { readdir, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type BuildOptions, type Plugin } from 'esbuild'
import { standInBuiltins } from './builtins.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The one file of the runtime that the package has elsewhere, too. */
export const plannerModule = 'planner.wasm.br'

export interface BundledRuntime {
  /** Content by file name. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Sources of ours and packages that went in, by path from the root. */
  readonly inputs: readonly string[]
}

export async function bundleRuntime(): Promise<BundledRuntime> {
  const results = await Promise.all([
    // on its own, so that it can be trusted before anything else of the folder is loaded
    bundle({ entryPoints: { verify: 'runtime/cli/artifact-verify.ts' } }),
    bundle({
      entryPoints: { run: 'runtime/cli/artifact-main.ts', open: 'runtime/engine/artifact/open-program.ts' },
      splitting: true,
    }),
  ])
  const files = results.flatMap(({ outputFiles }) =>
    outputFiles.map(({ path, contents }) => [basename(path), contents] as const),
  )
  const module = await readFile(`${root}sql/planner/${plannerModule}`)
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs))
  const licenses = new TextEncoder().encode(await licenseTexts(inputs))
  return { files: new Map([...files, ['LICENSES.txt', licenses], [plannerModule, module]]), inputs }
}

/** What the licenses of the packages that went in ask to be handed on. */
async function licenseTexts(inputs: readonly string[]): Promise<string> {
  const packages = new Set(inputs.flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []))
  const folders = ['.', ...[...packages].toSorted()]
  const texts = await Promise.all(
    folders.map(async (folder) => {
      const names = (await readdir(root + folder)).filter((name) => /^(license|notice)/i.test(name)).toSorted()
      const contents = await Promise.all(names.map((name) => readFile(`${root}${folder}/${name}`, 'utf8')))
      const title = folder === '.' ? 'millrace' : folder.slice('node_modules/'.length)
      return [`==== ${title}`, ...contents.map((content) => content.trim())].join('\n\n')
    }),
  )
  return `${texts.join('\n\n')}\n`
}

function bundle(options: Pick<BuildOptions, 'entryPoints' | 'splitting'>) {
  return build({
    ...options,
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    outdir: 'out',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'part-[hash]',
    minifyWhitespace: true,
    minifySyntax: true,
    // Node prints the line that an error comes from
    lineLimit: 200,
    legalComments: 'inline',
    logLevel: 'silent',
    plugins: [carriedArrow, standInBuiltins],
  })
}

/** In the bundle there is one copy of apache-arrow, which is part of it. */
const carriedArrow: Plugin = {
  name: 'carried-arrow',
  setup(bundler) {
    bundler.onResolve({ filter: /\/arrow-library\.ts$/ }, () => ({
      path: `${root}runtime/engine/rows/arrow-library-carried.ts`,
    }))
  },
}
