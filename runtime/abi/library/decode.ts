import type { LibrarySignature } from './signature.ts'

export const decodeSignatures = {} as const satisfies Record<string, LibrarySignature>
