import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem } from 'node:os'

/** One fact about this machine. `fallback` says what is used instead where something is missing, and why. */
export interface Finding {
  readonly name: string
  readonly status: 'ok' | 'absent' | 'failed'
  readonly value: string
  readonly fallback?: string
}

/** What the operating system offers, read from /proc and /sys; other systems than Linux have nothing there. */
export function probeSystem(): readonly Finding[] {
  return [probeNode(), probeCores(), probeMemory(), probeIoUring(), probeNuma(), probeHugePages(), probeXdp()]
}

function probeNode(): Finding {
  const major = Number.parseInt(process.versions.node, 10)
  const value = `${process.version} on ${process.platform} ${process.arch}`
  return major >= 24
    ? { name: 'node', status: 'ok', value }
    : { name: 'node', status: 'failed', value, fallback: 'Node 24 or newer is needed' }
}

function probeCores(): Finding {
  const model = cpus()[0]?.model.trim() ?? 'unknown model'
  return { name: 'cores', status: 'ok', value: `${availableParallelism()} (${model})` }
}

function probeMemory(): Finding {
  return { name: 'memory', status: 'ok', value: `${(totalmem() / 2 ** 30).toFixed(1)} GiB` }
}

const portableFiles = 'files are read and written through Node'

function probeIoUring(): Finding {
  const name = 'io_uring'
  if (process.platform !== 'linux') return { name, status: 'absent', value: process.platform, fallback: portableFiles }
  const disabled = readTrimmed('/proc/sys/kernel/io_uring_disabled')
  if (disabled === '2')
    return { name, status: 'absent', value: 'disabled by kernel.io_uring_disabled', fallback: portableFiles }
  if (disabled === '1')
    return { name, status: 'ok', value: 'for privileged processes only (kernel.io_uring_disabled = 1)' }
  return kernelAtLeast(5, 1)
    ? { name, status: 'ok', value: `kernel ${release()}` }
    : { name, status: 'absent', value: `kernel ${release()}`, fallback: portableFiles }
}

function probeNuma(): Finding {
  const nodes = list('/sys/devices/system/node').filter((entry) => /^node\d+$/.test(entry))
  if (nodes.length > 1) return { name: 'numa', status: 'ok', value: `${nodes.length} nodes` }
  return {
    name: 'numa',
    status: 'absent',
    value: nodes.length === 1 ? 'one node' : 'not reported',
    fallback: 'memory is not bound',
  }
}

function probeHugePages(): Finding {
  const name = 'huge_pages'
  const transparent = /\[(\w+)\]/.exec(readTrimmed('/sys/kernel/mm/transparent_hugepage/enabled') ?? '')?.[1]
  const reserved = /HugePages_Total:\s+(\d+)/.exec(readTrimmed('/proc/meminfo') ?? '')?.[1] ?? '0'
  const value = `transparent ${transparent ?? 'not reported'}, ${reserved} reserved`
  return transparent === 'always' || transparent === 'madvise' || reserved !== '0'
    ? { name, status: 'ok', value }
    : { name, status: 'absent', value, fallback: 'ordinary pages are used' }
}

/** CAP_NET_ADMIN, CAP_BPF and CAP_SYS_ADMIN by their bit in CapEff. */
const capability = { netAdmin: 12n, sysAdmin: 21n, bpf: 39n } as const

function probeXdp(): Finding {
  const name = 'xdp'
  const fallback = 'network sources read through Node'
  if (process.platform !== 'linux' || !kernelAtLeast(5, 9)) {
    return { name, status: 'absent', value: `${process.platform} ${release()}`, fallback }
  }
  const effective = /CapEff:\s+([0-9a-f]+)/.exec(readTrimmed('/proc/self/status') ?? '')?.[1]
  const bits = BigInt(`0x${effective ?? '0'}`)
  const has = (bit: bigint): boolean => ((bits >> bit) & 1n) === 1n
  const allowed = has(capability.sysAdmin) || (has(capability.netAdmin) && has(capability.bpf))
  return allowed
    ? { name, status: 'ok', value: `kernel ${release()}, capabilities present` }
    : { name, status: 'absent', value: 'CAP_BPF and CAP_NET_ADMIN are missing', fallback }
}

function kernelAtLeast(major: number, minor: number): boolean {
  const [, a = '0', b = '0'] = /^(\d+)\.(\d+)/.exec(release()) ?? []
  return Number(a) > major || (Number(a) === major && Number(b) >= minor)
}

function readTrimmed(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
