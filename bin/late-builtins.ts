import type { Plugin } from 'esbuild'

/** Modules of Node that few programs use, with what is imported of them. */
const late: Readonly<Record<string, readonly string[]>> = {
  'node:child_process': [],
  'node:inspector/promises': ['Session'],
  'node:util': ['isDeepStrictEqual', 'stripVTControlCharacters'],
  'node:worker_threads': ['Worker'],
  'node:zlib': ['brotliDecompressSync', 'createGunzip', 'createGzip', 'createZstdCompress', 'createZstdDecompress'],
}

/**
 * Together these modules take a sixth of the time in which a compiled program starts. In the bundle they are stand-ins that load the
 * module at the first call, when it is there whole: an import evaluates every getter besides. `node:process` is the global.
 */
export const lateBuiltins: Plugin = {
  name: 'late-builtins',
  setup(bundler) {
    const filter = new RegExp(`^(${[...Object.keys(late), 'node:process'].join('|')})$`)
    bundler.onResolve({ filter }, ({ path }) => ({ path, namespace: 'late-builtin' }))
    bundler.onLoad({ filter: /^/, namespace: 'late-builtin' }, ({ path }) => ({ contents: standIn(path) }))
  },
}

function standIn(path: string): string {
  if (path === 'node:process') return 'export default globalThis.process'
  return [
    `const module = () => process.getBuiltinModule('${path}')`,
    // called with and without new
    'const late = (name) => function (...parameters) { return new.target ? new (module()[name])(...parameters) : module()[name](...parameters) }',
    ...(late[path] ?? []).map((name) => `export const ${name} = late('${name}')`),
    'export default new Proxy({}, { get: (_, name) => module()[name] })',
  ].join('\n')
}
