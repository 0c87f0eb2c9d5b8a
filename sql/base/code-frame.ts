import type { DataPlace, Diagnostic, Note } from './diagnostic.ts'
import type { Span } from './span.ts'

/** The program that a diagnostic's spans point into. `file` is shown as it is; for `-e` it is `<command line>`. */
export interface SourceText {
  readonly file: string
  readonly text: string
}

/**
 * Renders a diagnostic for people:
 *
 *     error[unknown_column] 42703: column prise does not exist
 *      --> prog.sql:3:8
 *       |
 *     3 | SELECT prise FROM bid
 *       |        ^^^^^
 *     note: ..
 *     hint: did you mean "price"?
 *
 * Ends without a newline. `color` is for terminals only; without it no escape sequence is written. Control characters in
 * texts that come from data or SQL are replaced, so that no message can drive the terminal.
 */
export function renderDiagnostic(
  diagnostic: Diagnostic,
  source: SourceText | undefined,
  options: { readonly color?: boolean } = {},
): string {
  const paint = options.color === true ? paintAnsi : paintPlain
  const { code, sqlstate, message, span, place, notes = [], hint } = diagnostic
  return [
    `${paint('error', `error[${code}]`)} ${sqlstate}: ${paint('strong', printable(message))}`,
    ...(span ? frame(span, source, paint) : []),
    ...(place ? [` ${paint('frame', '-->')} ${printable(placeText(place))}`] : []),
    ...notes.flatMap((note) => renderNote(note, source, paint)),
    ...(hint === undefined ? [] : [`${paint('hint', 'hint')}: ${printable(hint)}`]),
  ].join('\n')
}

function renderNote(note: Note, source: SourceText | undefined, paint: Paint): readonly string[] {
  const head = `${paint('note', 'note')}: ${printable(note.message)}`
  return note.span ? [head, ...frame(note.span, source, paint)] : [head]
}

/** `--> file:line:column`, then the first line of the span with a caret under each of its characters. */
function frame(span: Span, source: SourceText | undefined, paint: Paint): readonly string[] {
  const head = ` ${paint('frame', '-->')} ${printable(source?.file ?? '<sql>')}:${span.line}:${span.column}`
  const line = source && lineAt(source.text, span.line)
  if (line === undefined) return [head]
  const number = String(span.line)
  const gutter = ' '.repeat(number.length)
  const { shown, columnStart, columnEnd } = clip(line, span)
  const caret = ' '.repeat(columnStart) + '^'.repeat(Math.max(1, columnEnd - columnStart))
  return [
    head,
    paint('frame', `${gutter} |`),
    `${paint('frame', `${number} |`)} ${shown}`,
    `${paint('frame', `${gutter} |`)} ${paint('error', caret)}`,
  ]
}

/** The 1-based line without its line break, or undefined where the text has none. */
function lineAt(text: string, line: number): string | undefined {
  return text.split('\n')[line - 1]?.replace(/\r$/, '')
}

/** Longer lines are shown from here on: enough to recognise the place, short enough for a terminal. */
const shownWidth = 160
const shownBefore = 60

interface Clipped {
  readonly shown: string
  /** 0-based terminal cells of the caret line within `shown`. */
  readonly columnStart: number
  readonly columnEnd: number
}

/** Cuts the part of the line that holds the start of the span and measures it in terminal cells. */
function clip(line: string, span: Span): Clipped {
  const points = [...line]
  const start = Math.min(span.column - 1, points.length)
  const length = pointCount(points.slice(start), span.end - span.start)
  const from = points.length > shownWidth && start > shownBefore ? start - shownBefore : 0
  const before = cells(points.slice(from, start).join(''))
  const within = cells(points.slice(start, Math.min(start + length, from + shownWidth)).join(''))
  const shown = points.slice(from, from + shownWidth).join('')
  const [head, tail] = [from > 0 ? '...' : '', from + shownWidth < points.length ? '...' : '']
  const columnStart = head.length + before
  return { shown: head + expand(shown) + tail, columnStart, columnEnd: columnStart + within }
}

/** How many of the code points the first `codeUnitCount` UTF-16 units cover. */
function pointCount(points: readonly string[], codeUnitCount: number): number {
  let units = 0
  const beyond = points.findIndex((point) => (units += point.length) > codeUnitCount)
  return beyond === -1 ? points.length : beyond
}

/** Tabs as two spaces; other control characters replaced. */
function expand(text: string): string {
  return printable(text.replaceAll('\t', '  '))
}

/** East Asian wide characters and emoji take two terminal cells. */
const widePattern =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

function cells(text: string): number {
  let count = 0
  for (const point of text) count += point === '\t' || widePattern.test(point) ? 2 : /\p{Mn}/u.test(point) ? 0 : 1
  return count
}

/** C0 and C1 controls and bidirectional overrides shown as U+FFFD; line breaks kept. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}

function placeText({ object, file, line, offsetBytes, column }: DataPlace): string {
  const where = [file ?? object, ...(line === undefined ? [] : [String(line)])].join(':')
  const details = [
    ...(file === undefined || file === object ? [] : [`of ${object}`]),
    ...(column === undefined ? [] : [`column ${column}`]),
    ...(offsetBytes === undefined ? [] : [`byte ${offsetBytes}`]),
  ]
  return details.length === 0 ? where : `${where} (${details.join(', ')})`
}

type Role = 'error' | 'strong' | 'frame' | 'note' | 'hint'
type Paint = (role: Role, text: string) => string

const ansi: Readonly<Record<Role, string>> = { error: '1;31', strong: '1', frame: '34', note: '36', hint: '32' }

const paintPlain: Paint = (_, text) => text
const paintAnsi: Paint = (role, text) => `\u001b[${ansi[role]}m${text}\u001b[0m`
