// Written by npm run build:planner.
export const moduleSha256 = '4bb9599239252f41ab713d3fc189b1bfdf642ff0435fcb3151dd54c8cb1bc270'
export const moduleSizeBytes = 25553941
