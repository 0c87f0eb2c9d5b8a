import type { LibrarySignature } from './signature.ts'

export const decimalSignatures = {} as const satisfies Record<string, LibrarySignature>
