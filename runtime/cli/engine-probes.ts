import { loadPlanner } from '../../sql/planner/planner.ts'
import { reserveMemory } from '../memory/linear-memory.ts'
import { codeGenerationAllowed } from '../engine/worker-parts.ts'
import type { Finding } from './system-probes.ts'

/** What the engine itself finds here: may it generate code, reserve its memory, start its planner. */
export function engineProbes(): readonly Finding[] {
  return [probeCodeGeneration(), probeReservation(), probePlanner(), probeNative()]
}

function probeCodeGeneration(): Finding {
  const name = 'code_generation'
  return codeGenerationAllowed()
    ? { name, status: 'ok', value: 'allowed: queries are compiled to JavaScript' }
    : {
        name,
        status: 'absent',
        value: 'forbidden',
        fallback: 'queries start in the interpreter, and move to WebAssembly when they prove hot',
      }
}

function probeReservation(): Finding {
  const name = 'memory_reservation'
  try {
    const sizeBytes = reserveMemory().u8.length
    return { name, status: 'ok', value: `${(sizeBytes / 2 ** 20).toFixed(0)} MiB of address space for a worker` }
  } catch (error) {
    return { name, status: 'failed', value: 'refused', fallback: (error as Error).message }
  }
}

function probePlanner(): Finding {
  const name = 'planner'
  try {
    const { start, memorySizeBytes } = loadPlanner()
    const { unpackMs, compileMs, instantiateMs } = start
    const steps = `unpack ${unpackMs.toFixed(0)}, compile ${compileMs.toFixed(0)}, start ${instantiateMs.toFixed(0)}`
    const total = unpackMs + compileMs + instantiateMs
    return {
      name,
      status: 'ok',
      value: `${total.toFixed(0)} ms (${steps}), ${(memorySizeBytes / 2 ** 20).toFixed(0)} MiB`,
    }
  } catch (error) {
    return { name, status: 'failed', value: 'does not start', fallback: (error as Error).message }
  }
}

function probeNative(): Finding {
  return {
    name: 'native_addon',
    status: 'absent',
    value: 'not part of this version',
    fallback: 'portable code is used throughout',
  }
}
