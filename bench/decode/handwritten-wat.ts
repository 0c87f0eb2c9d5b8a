/**
 * The floor's loop in WebAssembly, by hand: what the generated decoder is measured against. Literals are compared as constants of 16, 8 and 4 bytes,
 * strings skipped 16 bytes at a time, digits taken 8 at a time, a timestamp's digits in one vector.
 */
const bytesOf = (text: string): readonly number[] => [...new TextEncoder().encode(text)]

const little = (bytes: readonly number[]): string =>
  `0x${bytes
    .toReversed()
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')}`

/** Code that leaves with -1 when `text` does not stand at $p, and steps over it. */
function pass(text: string): string {
  const bytes = bytesOf(text)
  const size = bytes.length >= 8 ? 8 : bytes.length >= 4 ? 4 : 2
  const read = size === 8 ? 'i64.load' : size === 4 ? 'i32.load' : 'i32.load16_u'
  const type = size === 8 ? 'i64' : 'i32'
  const starts: number[] = []
  for (let at = 0; at < bytes.length; at += size) starts.push(Math.min(at, bytes.length - size))
  const tests = starts.map(
    (at) =>
      `(${type}.ne (${read} offset=${at} align=1 (local.get $p)) (${type}.const ${little(bytes.slice(at, at + size))}))`,
  )
  const differs = tests.reduce((left, right) => `(i32.or ${left} ${right})`)
  return `(if ${differs} (then (return (i32.const -1))))
    (local.set $p (i32.add (local.get $p) (i32.const ${bytes.length})))`
}

/** Code that reads the number at $p into $value. */
const number = `
    (local.set $digits (i64.xor (i64.load align=1 (local.get $p)) (i64.const 0x3030303030303030)))
    (local.set $stops (i64.and (i64.const 0x8080808080808080)
      (i64.or (local.get $digits) (i64.add (local.get $digits) (i64.const 0x7676767676767676)))))
    (if (i64.eqz (local.get $stops))
      (then
        (local.set $value (i64.const 0))
        (loop $digit
          (local.set $count (i32.sub (i32.load8_u (local.get $p)) (i32.const 48)))
          (if (i32.lt_u (local.get $count) (i32.const 10)) (then
            (local.set $value (i64.add (i64.mul (local.get $value) (i64.const 10)) (i64.extend_i32_u (local.get $count))))
            (local.set $p (i32.add (local.get $p) (i32.const 1)))
            (br $digit)))))
      (else
        (local.set $count (i32.wrap_i64 (i64.shr_u (i64.ctz (local.get $stops)) (i64.const 3))))
        (local.set $digits (i64.shl (local.get $digits)
          (i64.extend_i32_u (i32.sub (i32.const 64) (i32.shl (local.get $count) (i32.const 3))))))
        (local.set $digits (i64.and (i64.const 0x00ff00ff00ff00ff)
          (i64.shr_u (i64.mul (local.get $digits) (i64.const 2561)) (i64.const 8))))
        (local.set $digits (i64.and (i64.const 0x0000ffff0000ffff)
          (i64.shr_u (i64.mul (local.get $digits) (i64.const 6553601)) (i64.const 16))))
        (local.set $value (i64.shr_u (i64.mul (local.get $digits) (i64.const 42949672960001)) (i64.const 32)))
        (local.set $p (i32.add (local.get $p) (local.get $count)))))`

/** Code that steps behind the closing quote of the string whose text is at $p. */
const text = `
    (loop $more
      (local.set $bytes (v128.load align=1 (local.get $p)))
      (local.set $count (i8x16.bitmask (v128.or
        (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 34)))
        (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 92))))))
      (if (i32.eqz (local.get $count)) (then
        (local.set $p (i32.add (local.get $p) (i32.const 16))) (br $more)))
      (local.set $p (i32.add (local.get $p) (i32.ctz (local.get $count))))
      (if (i32.eq (i32.load8_u (local.get $p)) (i32.const 92)) (then
        (local.set $p (i32.add (local.get $p) (i32.const 2))) (br $more))))
    (local.set $p (i32.add (local.get $p) (i32.const 1)))`

const lanes = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 30, 31, 0, 1]
const part = (index: number): string => `(i16x8.extract_lane_u ${index} (local.get $bytes))`
const leap = `(i32.sub (local.get $year) (i32.le_u (local.get $month) (i32.const 2)))`

/** Code that reads `YYYY-MM-DDTHH:MM:SS.mmm` and perhaps a `Z` into $value; three digits of fraction, as these files have. */
const timestamp = `
    (local.set $bytes (i8x16.sub
      (i8x16.shuffle ${lanes.join(' ')} (v128.load align=1 (local.get $p)) (v128.load offset=3 align=1 (local.get $p)))
      (i8x16.splat (i32.const 48))))
    (local.set $bytes (i16x8.add
      (i16x8.mul (v128.and (local.get $bytes) (i16x8.splat (i32.const 255))) (i16x8.splat (i32.const 10)))
      (i16x8.shr_u (local.get $bytes) (i32.const 8))))
    (local.set $year (i32.add (i32.mul ${part(0)} (i32.const 100)) ${part(1)}))
    (local.set $month ${part(2)})
    (local.set $year ${leap})
    (local.set $count (i32.div_u (local.get $year) (i32.const 100)))
    (local.set $days (i32.sub (i32.add (i32.add
      (i32.sub (i32.add (i32.mul (local.get $year) (i32.const 365)) (i32.shr_u (local.get $year) (i32.const 2)))
        (i32.sub (local.get $count) (i32.shr_u (local.get $count) (i32.const 2))))
      (i32.div_u (i32.add (i32.mul (i32.add (i32.sub (local.get $month) (i32.const 3))
        (i32.mul (i32.const 12) (i32.le_u (local.get $month) (i32.const 2)))) (i32.const 153)) (i32.const 2)) (i32.const 5)))
      ${part(3)}) (i32.const 719469)))
    (local.set $value (i64.mul (i64.const 1000000) (i64.add
      (i64.mul (i64.extend_i32_s (local.get $days)) (i64.const 86400))
      (i64.extend_i32_u (i32.add (i32.mul (i32.add (i32.mul ${part(4)} (i32.const 60)) ${part(5)}) (i32.const 60)) ${part(6)})))))
    (if (i32.ne (i32.load8_u offset=19 (local.get $p)) (i32.const 46)) (then (return (i32.const -1))))
    (local.set $count (i32.sub (i32.add (i32.add
      (i32.mul (i32.load8_u offset=20 (local.get $p)) (i32.const 100))
      (i32.mul (i32.load8_u offset=21 (local.get $p)) (i32.const 10)))
      (i32.load8_u offset=22 (local.get $p))) (i32.const 5328)))
    (local.set $value (i64.add (local.get $value) (i64.mul (i64.extend_i32_u (local.get $count)) (i64.const 1000))))
    (local.set $p (i32.add (local.get $p) (i32.add (i32.const 23)
      (i32.eq (i32.load8_u offset=23 (local.get $p)) (i32.const 90)))))`

const store = (column: string): string => `
    (i64.store (i32.add (local.get ${column}) (i32.shl (local.get $row) (i32.const 3))) (local.get $value))`

/** decode(from, to, auctions, prices, times): rows, or -1 for anything but bids in the generator's order. */
export const handwrittenWat = `(module
  (import "host" "memory" (memory 1 65536))
  (func (export "decode") (param $p i32) (param $to i32) (param $auctions i32) (param $prices i32) (param $times i32) (result i32)
    (local $row i32) (local $count i32) (local $year i32) (local $month i32) (local $days i32)
    (local $digits i64) (local $stops i64) (local $value i64) (local $bytes v128)
    (block $done (loop $next
    (br_if $done (i32.ge_u (local.get $p) (local.get $to)))
    ${pass('{"auction":')} ${number} ${store('$auctions')}
    ${pass(',"bidder":')} ${number}
    ${pass(',"price":')} ${number} ${store('$prices')}
    ${pass(',"channel":"')} ${text}
    ${pass(',"url":"')} ${text}
    ${pass(',"dateTime":"')} ${timestamp} ${store('$times')}
    ${pass('","extra":"')} ${text}
    ${pass('}\n')}
    (local.set $row (i32.add (local.get $row) (i32.const 1)))
    (br $next)))
    (local.get $row)))
`
