type Keys = readonly (readonly number[])[]

/** The keys whose columns all survive; `position` gives a column's new ordinal or -1. */
export function projectKeys(keys: Keys, position: (column: number) => number): Keys {
  return keys.flatMap((key) => {
    const moved = key.map((column) => position(column))
    return moved.includes(-1) ? [] : [moved]
  })
}
