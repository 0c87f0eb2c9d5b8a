import type { LibrarySignature } from './signature.ts'

export const numberSignatures = {} as const satisfies Record<string, LibrarySignature>
