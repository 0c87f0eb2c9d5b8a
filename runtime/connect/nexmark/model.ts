import { lazily } from '../../../sql/base/lazily.ts'
import { beginDraws, draw, drawBelow, drawFraction, type Draws } from './random.ts'

/**
 * The public Nexmark model: an online auction. Of every 50 events one is a person, three are auctions and 46 are
 * bids, in this order. Half of the bids go to a hot auction, three quarters of bids and auctions come from hot people; hot ones
 * change every hundred. Event n and all its fields depend on n and the seed alone.
 */
const eventsPerEpoch = 50
const personsPerEpoch = 1
const auctionsPerEpoch = 3

const firstPersonId = 1000
const firstAuctionId = 1000
const firstCategoryId = 10
const categoryCount = 5

const activePeople = 1000
const inFlightAuctions = 100
const personIdLead = 100
const auctionIdLead = 10
const hotEvery = 100
const hotAuctionRatio = 2
const hotSellerRatio = 4
const hotBidderRatio = 4

/** Event time of event 0: 2015-07-15T00:00:00Z, in milliseconds. */
const baseTimeMillis = 1_436_918_400_000

export type EventKind = 'person' | 'auction' | 'bid'

export interface NexmarkModel {
  /** 32 bits */
  readonly seed: number
  /** Events of all kinds in one second of event time: decides how many events a window holds. */
  readonly firstEventRate: number
}

export function eventKind(n: number): EventKind {
  const offset = n % eventsPerEpoch
  if (offset < personsPerEpoch) return 'person'
  return offset < personsPerEpoch + auctionsPerEpoch ? 'auction' : 'bid'
}

/** Numbers of one event; its texts are made by the writers from `draws`. One object is reused for all events. */
export interface EventNumbers {
  readonly draws: Draws
  /** For texts: restarted for each field (`textDraws`), so that a field does not depend on which others were written. */
  readonly text: Draws
  textSeed: number
  channel: number
  id: number
  auction: number
  bidder: number
  seller: number
  category: number
  price: number
  reserve: number
  timeMillis: number
  expiresMillis: number
}

export function makeEventNumbers(): EventNumbers {
  const draws: Draws = { state: 0 }
  const text: Draws = { state: 0 }
  return {
    draws,
    text,
    textSeed: 0,
    channel: 0,
    id: 0,
    auction: 0,
    bidder: 0,
    seller: 0,
    category: 0,
    price: 0,
    reserve: 0,
    timeMillis: 0,
    expiresMillis: 0,
  }
}

export function fillPerson(event: EventNumbers, n: number, model: NexmarkModel): void {
  begin(event, n, model)
  event.id = firstPersonId + lastPerson(n)
  event.textSeed = draw(event.draws)
}

export function fillAuction(event: EventNumbers, n: number, model: NexmarkModel): void {
  begin(event, n, model)
  const { draws } = event
  event.id = firstAuctionId + lastAuction(n)
  event.price = nextPrice(draws)
  event.reserve = event.price + nextPrice(draws)
  event.expiresMillis = event.timeMillis + auctionMillis(draws, model)
  const hot = drawBelow(draws, hotSellerRatio) > 0
  const newest = lastPerson(n)
  event.seller = firstPersonId + (hot ? newest - (newest % hotEvery) : somePerson(draws, newest))
  event.category = firstCategoryId + drawBelow(draws, categoryCount)
  event.textSeed = draw(draws)
}

export function fillBid(event: EventNumbers, n: number, model: NexmarkModel): void {
  begin(event, n, model)
  const { draws } = event
  const choice = draw(draws)
  const newestAuction = lastAuction(n)
  const hotAuction = (choice & 0xff) % hotAuctionRatio > 0
  event.auction =
    firstAuctionId + (hotAuction ? newestAuction - (newestAuction % hotEvery) : someAuction(draws, newestAuction))
  const newest = lastPerson(n)
  const hotBidder = ((choice >>> 8) & 0xff) % hotBidderRatio > 0
  event.bidder = firstPersonId + (hotBidder ? newest - (newest % hotEvery) + 1 : somePerson(draws, newest))
  event.price = nextPrice(draws)
  event.channel = drawChannel(draws)
  event.textSeed = draw(draws)
}

/** The draws of text field number `field` of the event. */
export function textDraws(event: EventNumbers, field: number): Draws {
  event.text.state = Math.imul(event.textSeed + field, 0x9e3779b1)
  return event.text
}

const hotChannelCount = 4
const smallChannelCount = 10_000
/** One bid in five comes through one of many small channels. */
const smallChannelRatio = 5

/** Which channel a bid came through: 0 .. 3 the hot ones, then the small ones. */
function drawChannel(draws: Draws): number {
  if (drawBelow(draws, smallChannelRatio) > 0) return drawBelow(draws, hotChannelCount)
  return hotChannelCount + drawBelow(draws, smallChannelCount)
}

function begin(event: EventNumbers, n: number, { seed, firstEventRate }: NexmarkModel): void {
  beginDraws(event.draws, seed, n)
  event.timeMillis = baseTimeMillis + Math.floor((n * 1000) / firstEventRate)
}

function lastPerson(n: number): number {
  return Math.floor(n / eventsPerEpoch) * personsPerEpoch
}

function lastAuction(n: number): number {
  const epoch = Math.floor(n / eventsPerEpoch)
  const offset = n % eventsPerEpoch
  if (offset < personsPerEpoch) return Math.max(0, epoch * auctionsPerEpoch - 1)
  return epoch * auctionsPerEpoch + Math.min(offset - personsPerEpoch, auctionsPerEpoch - 1)
}

function somePerson(draws: Draws, newest: number): number {
  const active = Math.min(newest + 1, activePeople)
  return newest + 1 - active + drawBelow(draws, active + personIdLead)
}

function someAuction(draws: Draws, newest: number): number {
  const oldest = Math.max(newest - inFlightAuctions, 0)
  return oldest + drawBelow(draws, newest - oldest + 1 + auctionIdLead)
}

/** From 100 to 100,000,000 cents, each magnitude as likely as the next. */
function nextPrice(draws: Draws): number {
  return powerOfTen(drawFraction(draws) * 6)
}

const thousandths = lazily(powers)

/** 10^exponent * 100, rounded, by table and linear interpolation: `Math.pow` may differ in the last bit between engines. */
function powerOfTen(exponent: number): number {
  const step = Math.floor(exponent * 1000)
  const table = thousandths()
  const low = table[step] ?? 0
  const high = table[step + 1] ?? 0
  return Math.round((low + (high - low) * (exponent * 1000 - step)) * 100)
}

/** 10^(i/1000) for i = 0 .. 6001, from exact multiplications only. */
function powers(): Float64Array {
  const table = new Float64Array(6002)
  const root = 1.0023052380778996
  let whole = 1
  for (let index = 0; index < table.length; index++) {
    if (index % 1000 === 0) table[index] = whole
    else table[index] = (table[index - 1] ?? 1) * root
    if (index % 1000 === 999) whole *= 10
  }
  return table
}

/** Long enough for about a hundred events' worth of bids, on average. */
function auctionMillis(draws: Draws, { firstEventRate }: NexmarkModel): number {
  const eventsUntilEnd = (inFlightAuctions * eventsPerEpoch) / auctionsPerEpoch
  const horizonMillis = Math.floor((eventsUntilEnd * 1000) / firstEventRate)
  return 1 + drawBelow(draws, Math.max(horizonMillis * 2, 1))
}
