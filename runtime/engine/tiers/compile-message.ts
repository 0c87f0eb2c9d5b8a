import type { MessagePort } from 'node:worker_threads'
import type { ModuleIr } from '../../../codegen/kernel/ir.ts'

/**
 * `quick`: hardly optimised by Binaryen, in a tenth of the time; V8's own optimiser makes up for most of it. `best`: what is kept. (Measured in
 * docs/internals/webassembly-tier.md, Compiling.)
 */
export type CompileEffort = 'quick' | 'best'

/** To the compile thread. */
export interface CompileRequest {
  readonly id: number
  readonly kernel: ModuleIr
  readonly effort: CompileEffort
}

/** A unit in WebAssembly. */
export interface CompiledUnit {
  /** Compiled where it was made: threads share a module, so that whoever runs it has only to instantiate it. */
  readonly module: WebAssembly.Module
  /** What it was compiled from, to be kept in caches. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly millis: number
}

/** From the compile thread. */
export type CompileResponse =
  | ({ readonly id: number; readonly kind: 'compiled' } & CompiledUnit)
  | { readonly id: number; readonly kind: 'failed'; readonly message: string }

/** Given to a compile thread whose caller stands still until it answers. */
export interface WaitingCaller {
  readonly port: MessagePort
  /** How many answers have been sent, in its only element. */
  readonly answers: Int32Array
}
