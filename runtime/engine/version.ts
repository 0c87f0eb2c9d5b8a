/** Of the engine that makes an artifact; a test keeps it equal to the package's. */
export const engineVersion = '0.1.0'

/** What runs here runs on this Node and later ones; bin/millrace.mjs and package.json say the same. */
export const nodeMajorMin = 24
