// Written by npm run build:planner.
export const moduleSha256 = '823737f2ac0daf6534bc31b53ecf82e09250e358b65424594f0bc2be5b7650de'
export const moduleSizeBytes = 25596461
