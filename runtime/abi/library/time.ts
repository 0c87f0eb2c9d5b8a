import type { LibrarySignature } from './signature.ts'

export const timeSignatures = {} as const satisfies Record<string, LibrarySignature>
