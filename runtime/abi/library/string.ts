import type { LibrarySignature } from './signature.ts'

export const stringSignatures = {} as const satisfies Record<string, LibrarySignature>
