import type { ModuleIr } from '../../../codegen/kernel/ir.ts'

/** To the compile worker. */
export interface CompileRequest {
  readonly id: number
  readonly kernel: ModuleIr
}

/** From the compile worker. A module can be shared between threads, so it is compiled there, too. */
export type CompileResponse =
  | {
      readonly id: number
      readonly kind: 'compiled'
      readonly module: WebAssembly.Module
      readonly codeBytes: number
      readonly millis: number
    }
  | { readonly id: number; readonly kind: 'failed'; readonly message: string }
