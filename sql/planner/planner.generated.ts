// Written by npm run build:planner.
export const moduleSha256 = 'c220053cf509d76efaad409ca3df2e0592eccdcf32f62611f1fb612237a292f7'
export const moduleSizeBytes = 25809516
