import type { WasmUnit } from '../../../codegen/wasm/unit.ts'
import type { NamedUnit } from './make-program.ts'
import type { ProgramArtifact } from './program-artifact.ts'

export interface CompiledUnit extends NamedUnit {
  readonly wasm: WasmUnit
}

export interface FolderParts {
  readonly program: ProgramArtifact
  readonly units: readonly CompiledUnit[]
  /** The program as people may read it. */
  readonly text: string
  /** The runtime's files, by name. */
  readonly runtime: ReadonlyMap<string, Uint8Array>
}
