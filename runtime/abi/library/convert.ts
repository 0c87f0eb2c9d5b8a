import type { LibrarySignature } from './signature.ts'

export const convertSignatures = {} as const satisfies Record<string, LibrarySignature>
