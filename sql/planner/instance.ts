import { InternalError } from '../base/diagnostic.ts'

interface PlannerExports {
  readonly memory: WebAssembly.Memory
  readonly alloc: (length: number) => number
  readonly free: (pointer: number, length: number) => void
  readonly parse: (pointer: number, length: number) => number
  readonly plan: (pointer: number, length: number) => number
  readonly release: (program: number) => void
  readonly function_names: () => number
  readonly evaluator_compile: (pointer: number, length: number) => number
  readonly evaluator_run: (handle: number, pointer: number, length: number) => number
  readonly evaluator_finish: (handle: number) => number
  readonly evaluator_release: (handle: number) => void
  readonly last_panic: () => number
}

/** The module stopped by a trap or by the host's stack: its memory can no longer be trusted. */
export class PlannerTrap extends Error {
  /** Rust's panic message, where there was one. */
  readonly panic: string
  /** The stack ran out: the input was too deep, rather than our code wrong. */
  readonly stackExhausted: boolean
  /** The deadline was long over and nothing else ended the call (src/deadline.rs). */
  readonly overdue: boolean

  constructor(cause: unknown, panic: string) {
    super(`the planner stopped: ${panic || String(cause)}`, { cause })
    this.panic = panic
    const outOfBounds = cause instanceof WebAssembly.RuntimeError && cause.message.includes('out of bounds')
    this.overdue = panic.includes('the time for planning is over')
    this.stackExhausted = cause instanceof RangeError || (panic === '' && outOfBounds)
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** What the module asks of us: a clock, for deadlines. */
const imports = { host: { now_millis: (): number => performance.now() } }

/** One instance of the planner module behind its C ABI (src/abi.rs): bytes in, bytes out. Dead after a PlannerTrap. */
export class PlannerInstance {
  readonly #exports: PlannerExports

  constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module, imports).exports as unknown as PlannerExports
  }

  parse(sql: string): unknown {
    return this.#json(this.#call((pointer, length) => this.#exports.parse(pointer, length), encoder.encode(sql)))
  }

  plan(request: string): unknown {
    return this.#json(this.#call((pointer, length) => this.#exports.plan(pointer, length), encoder.encode(request)))
  }

  release(program: number): void {
    this.#guard(() => this.#exports.release(program))
  }

  functionNames(): unknown {
    return this.#guard(() => this.#json(this.#take(this.#exports.function_names())))
  }

  compileEvaluator(request: string): unknown {
    const compile = (pointer: number, length: number): number => this.#exports.evaluator_compile(pointer, length)
    return this.#json(this.#call(compile, encoder.encode(request)))
  }

  runEvaluator(handle: number, ipc: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.#call((pointer, length) => this.#exports.evaluator_run(handle, pointer, length), ipc)
  }

  finishEvaluator(handle: number): Uint8Array<ArrayBuffer> {
    return this.#guard(() => this.#take(this.#exports.evaluator_finish(handle)))
  }

  releaseEvaluator(handle: number): void {
    this.#guard(() => this.#exports.evaluator_release(handle))
  }

  get memorySizeBytes(): number {
    return this.#exports.memory.buffer.byteLength
  }

  #json(bytes: Uint8Array): unknown {
    return JSON.parse(decoder.decode(bytes))
  }

  #call(run: (pointer: number, length: number) => number, input: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.#guard(() => {
      const pointer = this.#exports.alloc(input.length) >>> 0
      new Uint8Array(this.#exports.memory.buffer, pointer, input.length).set(input)
      const result = run(pointer, input.length)
      this.#exports.free(pointer, input.length)
      return this.#take(result)
    })
  }

  #take(result: number): Uint8Array<ArrayBuffer> {
    const pointer = result >>> 0
    const length = new DataView(this.#exports.memory.buffer).getUint32(pointer, true)
    const bytes = new Uint8Array(this.#exports.memory.buffer, pointer + 4, length).slice()
    this.#exports.free(pointer, length + 4)
    return bytes
  }

  #guard<T>(run: () => T): T {
    try {
      return run()
    } catch (cause) {
      if (cause instanceof InternalError) throw cause
      throw new PlannerTrap(cause, this.#panic())
    }
  }

  #panic(): string {
    try {
      return decoder.decode(this.#take(this.#exports.last_panic()))
    } catch {
      return ''
    }
  }
}
