import { hash } from 'node:crypto'
import { InternalError } from '../../sql/base/diagnostic.ts'
import type { ModuleIr } from '../kernel/ir.ts'

/** What V8 calls the unit's module in stack traces and profiles (`wasm://wasm/<name>-..`): equal for units of equal code. */
export function moduleNameOf(module: ModuleIr): string {
  const text = JSON.stringify(module, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
  return `${module.name}-${hash('sha256', text).slice(0, 12)}`
}

/** The section that names a module and its functions. Binaryen writes the names of functions only. */
const nameSection = 'name'
const customSectionId = 0
const moduleSubsectionId = 0
const headerSizeBytes = 8

/** A module's bytes with the module's name in their name section. Throws InternalError when they have no such section. */
export function withModuleName(bytes: Uint8Array, name: string): Uint8Array {
  const encodedName = vector(new TextEncoder().encode(name))
  const subsection = [moduleSubsectionId, ...leb128(encodedName.length), ...encodedName]
  for (let at = headerSizeBytes; at < bytes.length;) {
    const size = readLeb128(bytes, at + 1)
    const end = size.next + size.value
    if (bytes[at] === customSectionId && sectionName(bytes, size.next) === nameSection) {
      const content = bytes.subarray(size.next + 1 + nameSection.length, end)
      const head = vector(new TextEncoder().encode(nameSection))
      const length = leb128(head.length + subsection.length + content.length)
      return concatenate([bytes.subarray(0, at + 1), length, head, subsection, content, bytes.subarray(end)])
    }
    at = end
  }
  throw new InternalError('a WebAssembly module has no names')
}

function sectionName(bytes: Uint8Array, at: number): string {
  const { value, next } = readLeb128(bytes, at)
  return new TextDecoder().decode(bytes.subarray(next, next + value))
}

function vector(content: Uint8Array): readonly number[] {
  return [...leb128(content.length), ...content]
}

function readLeb128(bytes: Uint8Array, start: number): { readonly value: number; readonly next: number } {
  let value = 0
  for (let at = start, shift = 0; ; at += 1, shift += 7) {
    const byte = bytes[at] ?? 0
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) return { value: value >>> 0, next: at + 1 }
  }
}

function leb128(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb128(value >>> 7)]
}

function concatenate(parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
