/** Library functions whose names do not say which SQL they serve. */
const irregular: Readonly<Record<string, string>> = {
  pattern_match: 'LIKE, ILIKE, SIMILAR TO, ~',
  like_match: 'LIKE, ILIKE',
  similar_match: 'SIMILAR TO',
  regex_match: 'regexp_like, ~',
  regex_replace: 'regexp_replace',
  regex_count: 'regexp_count',
  row_error: 'rows that fail',
  remainder: '% of doubles',
  string_equal: 'equality of strings',
  string_compare: 'order of strings',
  string_hash: 'GROUP BY and DISTINCT of strings',
  string_from: 'substring',
  string_concat: '||, concat',
  string_position: 'strpos',
  string_substring_index: 'substr_index',
  f64_pow: 'power',
  decimal_to_f64: 'CAST, AVG',
  f64_truncate: 'trunc',
  day_truncate: 'date_trunc',
  timestamp_truncate: 'date_trunc',
  day_part: 'date_part, EXTRACT',
  timestamp_part: 'date_part, EXTRACT',
  interval_part: 'date_part, EXTRACT',
  timestamp_bin: 'date_bin',
  timestamp_window_months: 'windows of calendar months',
  timestamp_from_f64: 'to_timestamp',
  timestamp_to_char: 'to_char',
  timestamp_difference: 'difference of timestamps',
  time_unit: 'names of units of time',
  touch: 'rows of state that change',
  touch_new: 'rows of state that change',
  state_view: 'strings in state',
  json_text: 'strings in JSON',
  json_plain: 'escapes in JSON',
  csv_text: 'strings in CSV',
  base64_bytes: 'BYTEA in JSON and CSV',
}

/** By how a name begins or ends. */
const families: readonly (readonly [pattern: RegExp, serves: string])[] = [
  [/^(write|quote)_/, 'writing CSV and JSON'],
  [/_to_text$/, 'CAST'],
  [/^text_to_/, 'CAST, values in JSON and CSV'],
  [/^decimal(64)?_(round|floor|ceil|trunc|abs)$/, '$2'],
  [/^decimal(64)?_(to|from)_/, 'CAST'],
  [/^decimal/, 'DECIMAL arithmetic'],
  [/^(table|pane|order)_/, 'rows of state'],
  [/^csv_|_csv$/, 'reading CSV'],
  [/^(decode|json)_/, 'reading JSON'],
  [/^digits_/, 'numbers in JSON and CSV'],
  [/^(timestamp|time|day)_(add|subtract)/, 'arithmetic of times'],
  [/^interval_/, 'arithmetic of intervals'],
  [/^(string|f64|i64)_/, ''],
]

/** The SQL that a library function is there for: the name of a function, or words for what has none. */
export function servedSql(name: string): string {
  const known = irregular[name]
  if (known !== undefined) return known
  for (const [pattern, serves] of families) {
    const match = pattern.exec(name)
    if (match) return serves === '' ? name.slice(match[0].length) : serves.replace('$2', match[2] ?? '')
  }
  return name
}
