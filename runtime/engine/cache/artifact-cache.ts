import { canonicalJson } from '../../../codegen/artifact/canonical-json.ts'
import { must } from '../../../sql/base/assert.ts'
import type { Artifact, SinkArtifact, SourceArtifact, Unit } from '../../abi/artifact.ts'
import { parseCanonicalJson } from '../artifact/parse-canonical-json.ts'
import { CacheFolder } from './cache-folder.ts'
import { LeastRecent } from './least-recent.ts'
import { compileWasm } from '../../worker/compile-wasm.ts'

/** What compiling has been spared, since the database was opened. */
export interface CacheMetrics {
  /** Artifacts of queries, sources and sinks that were lowered and generated. */
  readonly compiled: number
  readonly memoryHits: number
  readonly diskHits: number
  /** Units whose WebAssembly was found on disk. */
  readonly modulesRead: number
  /** Entries on disk that were not what had been written; each was taken away and made again. */
  readonly poisoned: number
  /** Entries that their folder did not take. */
  readonly unwritten: number
}

/** Where the artifact came from. */
export type ArtifactOrigin = 'compiled' | 'memory' | 'disk'

type Compiled = Artifact | SourceArtifact | SinkArtifact

/** Artifacts keep their kernel IR, some megabytes for a large query. */
const artifactsMax = 64

interface Place {
  readonly folder: string
  readonly name: string
}

/**
 * Artifacts by what they were made from: in memory for the whole process, and in a folder when one is given. The WebAssembly of
 * units that came from here goes into the same folder.
 */
export class ArtifactCache {
  /** Of the whole process: databases come and go, statements stay the same. */
  static readonly #shared = new LeastRecent<Compiled>(artifactsMax)
  readonly #memory: LeastRecent<Compiled>
  readonly #folders = new Map<string, CacheFolder>()
  /** Where the module of a unit is kept. */
  readonly #places = new WeakMap<Unit, Place>()
  /** Folders that could not be written. */
  readonly #refused = new Set<string>()
  #warnings: readonly string[] = []
  #metrics = { compiled: 0, memoryHits: 0, diskHits: 0, modulesRead: 0, poisoned: 0, unwritten: 0 }

  /** `memory`: null keeps nothing. */
  constructor(memory: 'shared' | null = 'shared') {
    this.#memory = memory === null ? new LeastRecent(0) : ArtifactCache.#shared
  }

  metrics(): CacheMetrics {
    return { ...this.#metrics }
  }

  /** Of each folder that cannot be written, once; then none is left. */
  takeWarnings(): readonly string[] {
    const warnings = this.#warnings
    this.#warnings = []
    return warnings
  }

  /** The artifact of that key; made when nobody has made it so far. `folder`: null keeps nothing on disk. */
  get<A extends Compiled>(
    key: string,
    folder: string | null,
    make: () => A,
  ): { readonly artifact: A; readonly origin: ArtifactOrigin } {
    const known = this.#memory.get(key) as A | undefined
    if (known !== undefined) {
      this.#metrics.memoryHits++
      this.#remember(known, key, folder)
      if (folder !== null && !this.#folder(folder).has(`${key}.json`)) this.#write(folder, key, known)
      return { artifact: known, origin: 'memory' }
    }
    const compile = (): A => {
      this.#metrics.compiled++
      return make()
    }
    const stored = folder === null ? null : this.#read(folder, key, compile)
    if (stored !== null) this.#metrics.diskHits++
    const artifact = stored ?? compile()
    if (folder !== null && stored === null) this.#write(folder, key, artifact)
    this.#memory.set(key, artifact)
    this.#remember(artifact, key, folder)
    return { artifact, origin: stored === null ? 'compiled' : 'disk' }
  }

  /** The unit's WebAssembly, as `keepModule` was given it. */
  module(unit: Unit): { readonly module: WebAssembly.Module; readonly codeBytes: number } | null {
    const place = this.#places.get(unit)
    if (place === undefined) return null
    const bytes = this.#bytes(place.folder, place.name)
    if (bytes === null) return null
    this.#metrics.modulesRead++
    return { module: compileWasm(bytes, 'lazy'), codeBytes: bytes.length }
  }

  keepModule(unit: Unit, bytes: Uint8Array): void {
    const place = this.#places.get(unit)
    if (place !== undefined) this.#keep(place, bytes)
  }

  #remember({ units }: Compiled, key: string, folder: string | null): void {
    if (folder === null) return
    for (const [index, unit] of units.entries()) this.#places.set(unit, { folder, name: `${key}-${index}.wasm` })
  }

  #read<A extends Compiled>(folder: string, key: string, compile: () => A): A | null {
    const bytes = this.#bytes(folder, `${key}.json`)
    if (bytes === null) return null
    const artifact = parseCanonicalJson(new TextDecoder().decode(bytes)) as A
    return { ...artifact, units: withKernels(artifact.units, compile) }
  }

  #write(folder: string, key: string, artifact: Compiled): void {
    const units = artifact.units.map((unit) => storedUnit(unit))
    const text = canonicalJson({ ...artifact, units })
    this.#keep({ folder, name: `${key}.json` }, new TextEncoder().encode(text))
  }

  #keep({ folder, name }: Place, bytes: Uint8Array): void {
    const refusal = this.#folder(folder).write(name, bytes)
    if (refusal === null) return
    this.#metrics.unwritten++
    if (this.#refused.has(folder)) return
    this.#refused.add(folder)
    this.#warnings = [...this.#warnings, `the artifact cache ${folder} cannot be written: ${refusal}`]
  }

  #bytes(folder: string, name: string): Uint8Array<ArrayBuffer> | null {
    const answer = this.#folder(folder).read(name)
    if (answer.kind === 'poisoned') this.#metrics.poisoned++
    return answer.kind === 'found' ? answer.bytes : null
  }

  #folder(path: string): CacheFolder {
    const folder = this.#folders.get(path) ?? new CacheFolder(path)
    this.#folders.set(path, folder)
    return folder
  }
}

/** Without the kernel, which must not be asked for: it might have to be made. */
function storedUnit(unit: Unit): Omit<Unit, 'kernel'> {
  const { name, constantCount, constants, scratchSizeBytes, javascript, marks, spans } = unit
  return { name, constantCount, constants, scratchSizeBytes, javascript, marks, spans, generateMicros: 0 }
}

/** Units whose kernel IR is made when somebody asks for it: it is ten times the size of all the rest, and few do. */
function withKernels(units: readonly Omit<Unit, 'kernel'>[], compile: () => Compiled): readonly Unit[] {
  let whole: Compiled | null = null
  return units.map((unit, index) => ({
    ...unit,
    get kernel() {
      whole ??= compile()
      return must(whole.units[index], 'a unit').kernel
    },
  }))
}
