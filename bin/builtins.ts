import type { Plugin } from 'esbuild'

interface Builtin {
  /** `now`: loaded with the module that imports it; `late`: at the first call of what is imported, which must be a function or a class. */
  readonly when: 'now' | 'late'
  /** What is imported of it. */
  readonly names: readonly string[]
}

const fileSystem = [
  ['closeSync', 'createReadStream', 'createWriteStream', 'fstatSync', 'fsyncSync', 'globSync', 'mkdirSync', 'openSync'],
  [
    'readFileSync',
    'readSync',
    'readdirSync',
    'realpathSync',
    'renameSync',
    'rmSync',
    'statSync',
    'unlinkSync',
    'watch',
    'write',
  ],
  ['writeFileSync'],
].flat()

const builtins: Readonly<Record<string, Builtin>> = {
  'node:buffer': { when: 'now', names: ['Buffer', 'isUtf8'] },
  'node:child_process': { when: 'late', names: [] },
  'node:crypto': {
    when: 'now',
    names: ['createHash', 'createPrivateKey', 'createPublicKey', 'hash', 'sign', 'verify'],
  },
  'node:events': { when: 'now', names: ['EventEmitter'] },
  'node:fs': { when: 'now', names: fileSystem },
  'node:fs/promises': { when: 'late', names: ['writeFile'] },
  'node:inspector/promises': { when: 'late', names: ['Session'] },
  'node:os': { when: 'late', names: ['availableParallelism', 'homedir', 'tmpdir'] },
  'node:path': { when: 'now', names: ['basename', 'join', 'relative', 'resolve', 'sep'] },
  'node:stream': { when: 'now', names: ['Duplex', 'PassThrough', 'Readable', 'pipeline'] },
  'node:stream/promises': { when: 'late', names: ['finished'] },
  'node:timers': { when: 'now', names: ['setImmediate'] },
  'node:timers/promises': { when: 'late', names: ['setImmediate', 'setTimeout'] },
  'node:url': { when: 'now', names: ['fileURLToPath', 'pathToFileURL'] },
  'node:util': { when: 'late', names: ['isDeepStrictEqual', 'stripVTControlCharacters'] },
  'node:v8': { when: 'late', names: ['setFlagsFromString'] },
  'node:worker_threads': { when: 'late', names: ['Worker'] },
  'node:zlib': {
    when: 'late',
    names: ['brotliDecompressSync', 'createGunzip', 'createGzip', 'createZstdCompress', 'createZstdDecompress'],
  },
}

/**
 * The modules of Node that the bundle imports. An import of Node's evaluates every getter of the module, whoever needs it: `node:fs` brings its
 * promises, streams and readline along, `node:crypto` all of WebCrypto, and together that is a fifth of the time in which a compiled
 * program starts. In the bundle there are stand-ins that ask for the module itself. `node:process` is the global.
 */
export const standInBuiltins: Plugin = {
  name: 'stand-in-builtins',
  setup(bundler) {
    bundler.onResolve({ filter: /^node:/ }, ({ path }) => {
      if (path === 'node:process' || path in builtins) return { path, namespace: 'builtin' }
      return { errors: [{ text: `bin/builtins.ts does not list ${path}` }] }
    })
    bundler.onLoad({ filter: /^/, namespace: 'builtin' }, ({ path }) => ({ contents: standIn(path) }))
  },
}

function standIn(path: string): string {
  const builtin = builtins[path]
  if (builtin === undefined) return 'export default globalThis.process'
  if (builtin.when === 'now') {
    return [
      `const module = process.getBuiltinModule('${path}')`,
      'export default module',
      `export const { ${builtin.names.join(', ')} } = module`,
    ].join('\n')
  }
  return [
    `const module = () => process.getBuiltinModule('${path}')`,
    // called with and without new
    'const late = (name) => function (...parameters) { return new.target ? new (module()[name])(...parameters) : module()[name](...parameters) }',
    ...builtin.names.map((name) => `export const ${name} = late('${name}')`),
    'export default new Proxy({}, { get: (_, name) => module()[name] })',
  ].join('\n')
}
