import { describe, expect, it } from 'vitest'
import { loadPlanner } from '../../../sql/planner/planner.ts'
import { functionNames } from './function-names.ts'

describe('SHOW FUNCTIONS', () => {
  const listed = functionNames(loadPlanner().functionNames())
  const of = (name: string) => listed.filter((each) => each.name === name)

  it('says of each function, under every name, how it runs', () => {
    expect(of('upper')).toEqual([{ name: 'upper', kind: 'scalar', runs: 'compiled' }])
    expect(of('char_length')).toEqual([{ name: 'char_length', kind: 'scalar', runs: 'compiled' }])
    expect(of('md5')).toEqual([{ name: 'md5', kind: 'scalar', runs: 'evaluated' }])
    expect(of('last_value')).toEqual([{ name: 'last_value', kind: 'aggregate', runs: 'compiled' }])
    expect(new Set(listed.map(({ name }) => name)).size).toBe(listed.length)
  })

  it('leaves out what is refused wherever it is called', () => {
    for (const name of ['now', 'today', 'struct', 'regexp_match', 'array_length']) expect(of(name)).toEqual([])
  })
})
