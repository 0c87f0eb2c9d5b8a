import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { waitForAnswer } from './wait-for-answer.ts'

it('does not take the waking for an answer that was seen already for the next answer', async () => {
  const answers = new Int32Array(new SharedArrayBuffer(4))
  const late = `
    import { workerData } from 'node:worker_threads'
    const pause = new Int32Array(new SharedArrayBuffer(4))
    // wakes until somebody wakes up, then answers
    while (Atomics.notify(workerData, 0) === 0) Atomics.wait(pause, 0, 0, 1)
    Atomics.wait(pause, 0, 0, 20)
    Atomics.add(workerData, 0, 1)
    Atomics.notify(workerData, 0)`
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(late)}`), { workerData: answers })
  waitForAnswer(answers, 0)
  expect(answers[0]).toBe(1)
  await worker.terminate()
})
