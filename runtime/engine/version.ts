/** Of the engine that makes an artifact; a test keeps it equal to the package's. */
export const engineVersion = '0.1.0'
