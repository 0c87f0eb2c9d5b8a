// Written by npm run build:planner.
export const moduleSha256 = '7eb75ed843d5292826dc7243d9bc0a26cacb4611cd238c38afcdf19bf34df795'
export const moduleSizeBytes = 25833486
