const microsByUnit: ReadonlyMap<string, number> = new Map([
  ...names(['us', 'microsecond', 'microseconds'], 1),
  ...names(['ms', 'millisecond', 'milliseconds'], 1000),
  ...names(['s', 'sec', 'second', 'seconds'], 1_000_000),
  ...names(['m', 'min', 'minute', 'minutes'], 60_000_000),
  ...names(['h', 'hour', 'hours'], 3_600_000_000),
  ...names(['d', 'day', 'days'], 86_400_000_000),
])

function names(units: readonly string[], micros: number): readonly (readonly [string, number])[] {
  return units.map((unit) => [unit, micros])
}

/** Microseconds of `5 seconds`, `1.5h`, `1 day 12 hours`; undefined for other texts. Never negative. */
export function readDuration(text: string): number | undefined {
  const parts = [
    ...text
      .trim()
      .toLowerCase()
      .matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)\s*/g),
  ]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text.trim().toLowerCase()) return undefined
  const micros = parts.map(([, amount, unit]) => Number(amount) * (microsByUnit.get(unit ?? '') ?? Number.NaN))
  const total = micros.reduce((sum, part) => sum + part, 0)
  return Number.isSafeInteger(Math.round(total)) ? Math.round(total) : undefined
}
