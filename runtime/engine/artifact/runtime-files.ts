import { readdir, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { InternalError } from '../../../sql/base/diagnostic.ts'
import { lazily } from '../../../sql/base/lazily.ts'

/** The runtime that an artifact carries (bin/bundle-runtime.ts), by file name: as it was built, or, in a checkout, built now. */
export const runtimeFiles = lazily(() => (import.meta.url.endsWith('.ts') ? bundled() : built()))

async function built(): Promise<ReadonlyMap<string, Uint8Array>> {
  const folder = new URL('../../../artifact-runtime/', import.meta.url)
  const names = await readdir(folder)
  if (names.length === 0) throw new InternalError('the package was built without the runtime of artifacts')
  // the package has its planner once
  const files = [
    ...names.map((name) => new URL(name, folder)),
    new URL('../../../sql/planner/planner.wasm.br', import.meta.url),
  ]
  return new Map(
    await Promise.all(
      files.map(async (file): Promise<[string, Uint8Array]> => [basename(file.pathname), await readFile(file)]),
    ),
  )
}

/** The bundler is no dependency of the package: what is not built is found by a path that only a checkout has. */
async function bundled(): Promise<ReadonlyMap<string, Uint8Array>> {
  const bundler = new URL(['..', '..', '..', 'bin', 'bundle-runtime.ts'].join('/'), import.meta.url)
  const { bundleRuntime } = (await import(bundler.href)) as {
    readonly bundleRuntime: () => Promise<{ readonly files: ReadonlyMap<string, Uint8Array> }>
  }
  return (await bundleRuntime()).files
}
