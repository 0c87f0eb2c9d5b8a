/** Of every random test that has none of its own: the same at each run, so that none fails by chance. `SEED=..` tries another. */
export const seed = Number(process.env['SEED'] ?? 20_261_121)
