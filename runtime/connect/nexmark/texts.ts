import { writeUnsigned } from '../../format/digits.ts'
import { draw, drawBelow, type Draws } from './random.ts'

/** Texts of events, written as bytes: each writer returns the position after its text. ASCII without quotes, commas or backslashes. */
const encode = (texts: readonly string[]): readonly Uint8Array[] => texts.map((text) => new TextEncoder().encode(text))

const firstNames = encode([
  'Peter',
  'Paul',
  'Luke',
  'John',
  'Saul',
  'Vicky',
  'Kate',
  'Julie',
  'Sarah',
  'Deiter',
  'Walter',
])
const lastNames = encode(['Shultz', 'Abrams', 'Spencer', 'White', 'Bartels', 'Walton', 'Smith', 'Jones', 'Noris'])
const cities = encode([
  'Phoenix',
  'Los Angeles',
  'San Francisco',
  'Boise',
  'Portland',
  'Bend',
  'Redmond',
  'Seattle',
  'Kent',
  'Cheyenne',
])
const states = encode(['AZ', 'CA', 'ID', 'OR', 'WA', 'WY'])
const hotChannels = encode(['Google', 'Facebook', 'Baidu', 'Apple'])
const [channelPrefix, urlStart, urlEnd, channelQuery, at, dotCom] = encode([
  'channel-',
  'https://www.nexmark.com/',
  '/item.htm?query=1',
  '&channel_id=',
  '@',
  '.com',
]) as readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array]

const space = 32
const slash = 47
/** Enough for any text made here. */
export const textBytesMax = 512

export function writeChannel(bytes: Uint8Array, to: number, channel: number): number {
  if (channel < 4) return copy(bytes, to, hotChannels[channel])
  return writeUnsigned(bytes, copy(bytes, to, channelPrefix), channel - 4)
}

/** Hot channels have one page each; small ones link from anywhere. */
export function writeUrl(bytes: Uint8Array, to: number, { draws, channel }: { draws: Draws; channel: number }): number {
  const path: Draws = channel < 4 ? { state: Math.imul(channel + 1, 0x2545f491) } : draws
  let next = writeLetters(bytes, copy(bytes, to, urlStart), { draws: path, count: 5 })
  bytes[next++] = slash
  next = writeLetters(bytes, next, { draws: path, count: 5 })
  bytes[next++] = slash
  next = copy(bytes, writeLetters(bytes, next, { draws: path, count: 5 }), urlEnd)
  return channel < 4 ? next : writeUnsigned(bytes, copy(bytes, next, channelQuery), channel - 4)
}

/** Filler, so that records have the size that the model asks for. */
export function writeExtra(
  bytes: Uint8Array,
  to: number,
  { draws, countMin, countMax }: { draws: Draws; countMin: number; countMax: number },
): number {
  return writeLetters(bytes, to, { draws, count: countMin + drawBelow(draws, countMax - countMin + 1) })
}

export function writeItemName(bytes: Uint8Array, to: number, draws: Draws): number {
  return writeWords(bytes, to, { draws, count: 3 + drawBelow(draws, 18) })
}

export function writeDescription(bytes: Uint8Array, to: number, draws: Draws): number {
  return writeWords(bytes, to, { draws, count: 20 + drawBelow(draws, 81) })
}

export function writePersonName(bytes: Uint8Array, to: number, draws: Draws): number {
  const next = copy(bytes, to, firstNames[drawBelow(draws, firstNames.length)])
  bytes[next] = space
  return copy(bytes, next + 1, lastNames[drawBelow(draws, lastNames.length)])
}

export function writeEmail(bytes: Uint8Array, to: number, draws: Draws): number {
  const next = copy(bytes, writeLetters(bytes, to, { draws, count: 7 }), at)
  return copy(bytes, writeLetters(bytes, next, { draws, count: 5 }), dotCom)
}

export function writeCreditCard(bytes: Uint8Array, to: number, draws: Draws): number {
  let next = to
  for (let group = 0; group < 4; group++) {
    if (group > 0) bytes[next++] = space
    next = writeUnsigned(bytes, next, 1000 + drawBelow(draws, 9000))
  }
  return next
}

export function writeCity(bytes: Uint8Array, to: number, draws: Draws): number {
  return copy(bytes, to, cities[drawBelow(draws, cities.length)])
}

export function writeState(bytes: Uint8Array, to: number, draws: Draws): number {
  return copy(bytes, to, states[drawBelow(draws, states.length)])
}

/** Six letters from each 32 bits. */
function writeLetters(bytes: Uint8Array, to: number, { draws, count }: { draws: Draws; count: number }): number {
  let bits = 0
  for (let index = 0; index < count; index++) {
    bits = index % 6 === 0 ? draw(draws) : bits >>> 5
    bytes[to + index] = letter(bits & 31)
  }
  return to + count
}

/** Letters with a space now and then, none at the ends. */
function writeWords(bytes: Uint8Array, to: number, { draws, count }: { draws: Draws; count: number }): number {
  const end = writeLetters(bytes, to, { draws, count })
  for (let index = to + 5; index < end - 2; index += 7) bytes[index] = space
  return end
}

/** 0 .. 31 to a .. z; six letters are twice as likely. */
function letter(value: number): number {
  return 97 + (value < 26 ? value : value - 26)
}

function copy(bytes: Uint8Array, to: number, text: Uint8Array | undefined): number {
  if (text === undefined) return to
  for (let index = 0; index < text.length; index++) bytes[to + index] = text[index] ?? 0
  return to + text.length
}
