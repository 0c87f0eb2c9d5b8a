import { learnt, learntEntry, learntEntrySizeBytes } from '../../../runtime/abi/decode-token.ts'
import type { Expression } from '../../kernel/ir.ts'
import type { DecoderFrame } from './decoder-frame.ts'
import { emitValue, type Walk, wordNumber } from './json-values.ts'
import { add, and, bitsWithin, eq, i32, le, ne, or, shr, spliced, wordAt, xor } from './word.ts'

export const membersFunction = { name: 'members', result: 'i32' } as const

/** members(start, learnt): the tokens of a record that is as learnt, and its end; 0 when something does not fit. */
export function defineMembers({ module, powers }: DecoderFrame): void {
  const parameters = [
    { role: 'start', type: 'i32' },
    { role: 'learnt', type: 'i32' },
  ] as const
  module.function(
    { ...membersFunction, parameters, exported: false, idiom: 'json_members' },
    (builder, [start, table]) => {
      if (!start || !table) return
      const members = builder.let('members', wordAt(table, learnt.memberCount))
      const stop = builder.mutable('stop', wordAt(table, learnt.firstStop))
      const at = builder.mutable('at', start)
      const member = builder.mutable('member', i32(0))
      const entry = builder.mutable('entry', add(table, i32(learnt.entries)))
      builder.while(le(member, members), (label) => {
        const walk: Walk = { builder, powers, table, stop, at, label }
        emitLiteral(walk, builder.let('entry', entry))
        builder.if(eq(member, members), () => builder.return(at))
        emitValue(walk, builder.let('cell', wordAt(entry, learntEntry.tokenCell)))
        builder.set(member, add(member, i32(1)))
        builder.set(entry, add(entry, i32(learntEntrySizeBytes)))
      })
      builder.return(i32(0))
    },
  )
}

/** Compares the literal word by word, whatever the text's alignment, and steps over it. */
function emitLiteral({ builder, at, label }: Walk, entry: Expression): void {
  const bits = builder.let('bits', bitsWithin(at))
  const index = builder.mutable('word', shr(at, i32(2)))
  const low = builder.mutable('low', wordNumber(index))
  const difference = builder.mutable('difference', i32(0))
  const full = builder.let('full', wordAt(entry, learntEntry.fullWords))
  builder.for(i32(0), full, (word) => {
    builder.set(index, add(index, i32(1)))
    const high = builder.let('high', wordNumber(index))
    const expected: Expression = { kind: 'load', memory: 'i32', address: entry, offset: learntEntry.words, index: word }
    builder.set(difference, or(difference, xor(spliced(low, high, bits), expected)))
    builder.set(low, high)
  })
  const expected: Expression = {
    kind: 'load',
    memory: 'i32',
    address: entry,
    offset: learntEntry.words,
    index: full,
  }
  const last = and(
    xor(spliced(low, wordNumber(add(index, i32(1))), bits), expected),
    wordAt(entry, learntEntry.lastMask),
  )
  builder.if(ne(or(difference, last), i32(0)), () => builder.break(label))
  builder.set(at, add(at, wordAt(entry, learntEntry.length)))
}
