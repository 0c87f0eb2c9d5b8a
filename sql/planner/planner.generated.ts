// Written by npm run build:planner.
export const moduleSha256 = '1214351b2ccf2cc18e4c4cdae60a06ccf04f44082c1c2873b6f6f550260596b5'
export const moduleSizeBytes = 25554896
