import type { ConnectorWorld } from '../connect/connectors.ts'
import type { Clock } from '../connect/connector.ts'

/** Where messages for operators go. Nothing is printed unless one is given. */
export interface Logger {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}

/**
 * How generated code runs: `auto` starts in JavaScript (interpreted where the process forbids code generation) and moves what is hot to
 * WebAssembly.
 */
export type Tier = 'auto' | 'interpreter' | 'javascript' | 'wasm'

export interface OpenOptions {
  /** Threads beside the caller's. Only 0, the caller's thread, so far. */
  readonly workers?: number | 'auto'
  readonly tier?: Tier
  /** For state and checkpoints. Not available so far. */
  readonly dataDir?: string | undefined
  /** Values for `${NAME}` in options; over the environment. */
  readonly vars?: Readonly<Record<string, string>>
  /** As SET would change them. */
  readonly settings?: Readonly<Record<string, string>>
  readonly logger?: Logger
  /**
   * For tests of the engine: the code of every query changes between interpreter, JavaScript and WebAssembly at batches that this
   * seed chooses. Results are the same.
   */
  readonly swapSeed?: number
}

/** What the engine uses of the process; injected by tests. */
export interface EngineWorld {
  readonly connectors: ConnectorWorld
  readonly clock: Clock
  readonly environment: Readonly<Record<string, string | undefined>>
}

export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
