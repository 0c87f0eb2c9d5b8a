import { describe, expect, it } from 'vitest'
import { BoundedQueue } from './bounded-queue.ts'

describe('BoundedQueue', () => {
  it('gives items in order, then the end', async () => {
    const queue = new BoundedQueue<number>(4)
    queue.add(1)
    queue.add(2)
    queue.end()
    expect([await queue.take(), await queue.take(), await queue.take()]).toEqual([1, 2, undefined])
  })

  it('makes the producer wait from the limit on until half of it is taken', async () => {
    const queue = new BoundedQueue<number>(4)
    for (const item of [1, 2, 3]) queue.add(item)
    expect(queue.ready()).toBe(true)
    queue.add(4)
    const room = queue.ready()
    expect(room).toBeInstanceOf(Promise)
    let woken = false
    void (room as Promise<void>).then(() => (woken = true))
    await queue.take()
    await Promise.resolve()
    expect(woken).toBe(false)
    await queue.take()
    await room
    expect(queue.ready()).toBe(true)
  })

  it('gives the error after the items that wait, once', async () => {
    const queue = new BoundedQueue<number>(4)
    queue.add(1)
    queue.fail(new Error('broken'))
    expect(await queue.take()).toBe(1)
    await expect(queue.take()).rejects.toThrow('broken')
    expect(await queue.take()).toBeUndefined()
  })

  it('lets the producer go when the reader has gone', async () => {
    const queue = new BoundedQueue<number>(1)
    queue.add(1)
    const room = queue.ready()
    queue.abandon()
    await room
    expect(queue.ready()).toBe(true)
    expect(await queue.take()).toBeUndefined()
  })
})
