// Written by npm run build:planner.
export const moduleSha256 = 'beddc09d604f20f128a11b3ba8094731b2681db0aaa3a3f78f286c4c569d87f9'
export const moduleSizeBytes = 25596461
