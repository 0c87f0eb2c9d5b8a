import type { LibrarySignature } from './signature.ts'

export const regexSignatures = {} as const satisfies Record<string, LibrarySignature>
