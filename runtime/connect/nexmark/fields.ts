import { writeUnsigned } from '../../format/digits.ts'
import { writeTimestamp } from '../../format/instant-text.ts'
import {
  type EventKind,
  type EventNumbers,
  fillAuction,
  fillBid,
  fillPerson,
  type NexmarkModel,
  textDraws,
} from './model.ts'
import {
  writeChannel,
  writeCity,
  writeCreditCard,
  writeDescription,
  writeEmail,
  writeExtra,
  writeItemName,
  writePersonName,
  writeState,
  writeUrl,
} from './texts.ts'

/** A field of an event. `instant` values are milliseconds. */
export type NexmarkField =
  | { readonly name: string; readonly kind: 'integer' | 'instant'; value(event: EventNumbers): number }
  | { readonly name: string; readonly kind: 'text'; write(bytes: Uint8Array, to: number, event: EventNumbers): number }

const dateTime: NexmarkField = { name: 'dateTime', kind: 'instant', value: (event) => event.timeMillis }

const text = (name: string, write: (bytes: Uint8Array, to: number, event: EventNumbers) => number): NexmarkField => ({
  name,
  kind: 'text',
  write,
})
const integer = (name: string, value: (event: EventNumbers) => number): NexmarkField => ({
  name,
  kind: 'integer',
  value,
})

/** Filler sizes bring the mean record to about 200 bytes of JSON for people and bids, 500 for auctions. */
const extra = (countMin: number, countMax: number): NexmarkField =>
  text('extra', (bytes, to, event) => writeExtra(bytes, to, { draws: textDraws(event, 9), countMin, countMax }))

/** The public fields, in their public order. */
export const nexmarkFields: Readonly<Record<EventKind, readonly NexmarkField[]>> = {
  bid: [
    integer('auction', (event) => event.auction),
    integer('bidder', (event) => event.bidder),
    integer('price', (event) => event.price),
    text('channel', (bytes, to, event) => writeChannel(bytes, to, event.channel)),
    text('url', (bytes, to, event) => writeUrl(bytes, to, { draws: textDraws(event, 1), channel: event.channel })),
    dateTime,
    extra(4, 24),
  ],
  auction: [
    integer('id', (event) => event.id),
    text('itemName', (bytes, to, event) => writeItemName(bytes, to, textDraws(event, 1))),
    text('description', (bytes, to, event) => writeDescription(bytes, to, textDraws(event, 2))),
    integer('initialBid', (event) => event.price),
    integer('reserve', (event) => event.reserve),
    dateTime,
    { name: 'expires', kind: 'instant', value: (event) => event.expiresMillis },
    integer('seller', (event) => event.seller),
    integer('category', (event) => event.category),
    extra(140, 240),
  ],
  person: [
    integer('id', (event) => event.id),
    text('name', (bytes, to, event) => writePersonName(bytes, to, textDraws(event, 1))),
    text('emailAddress', (bytes, to, event) => writeEmail(bytes, to, textDraws(event, 2))),
    text('creditCard', (bytes, to, event) => writeCreditCard(bytes, to, textDraws(event, 3))),
    text('city', (bytes, to, event) => writeCity(bytes, to, textDraws(event, 4))),
    text('state', (bytes, to, event) => writeState(bytes, to, textDraws(event, 5))),
    dateTime,
    extra(10, 30),
  ],
}

/** Makes the numbers of event `n`, whose kind the caller knows. */
export function fillEvent(
  event: EventNumbers,
  n: number,
  { kind, model }: { kind: EventKind; model: NexmarkModel },
): void {
  if (kind === 'bid') fillBid(event, n, model)
  else if (kind === 'auction') fillAuction(event, n, model)
  else fillPerson(event, n, model)
}

/** The field's value as text, without quotes. */
export function writeField(
  bytes: Uint8Array,
  to: number,
  { field, event }: { field: NexmarkField; event: EventNumbers },
): number {
  if (field.kind === 'text') return field.write(bytes, to, event)
  const value = field.value(event)
  return field.kind === 'integer' ? writeUnsigned(bytes, to, value) : writeInstant(bytes, to, value)
}

/** `2015-07-15T00:00:00.123Z`: always three digits, so that records of one kind have the same shape. */
function writeInstant(bytes: Uint8Array, to: number, millis: number): number {
  const whole = Math.floor(millis / 1000)
  const next = writeTimestamp(bytes, to, whole * 1_000_000)
  const fraction = millis - whole * 1000
  bytes[next] = 46
  bytes[next + 1] = 48 + Math.floor(fraction / 100)
  bytes[next + 2] = 48 + (Math.floor(fraction / 10) % 10)
  bytes[next + 3] = 48 + (fraction % 10)
  bytes[next + 4] = 90
  return next + 5
}
