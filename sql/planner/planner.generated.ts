// Written by npm run build:planner.
export const moduleSha256 = '36d05190a91cf6bfaa3bdcc71c727775b0012cfd675d3f2f4ccf6db88dadce72'
export const moduleSizeBytes = 25783112
