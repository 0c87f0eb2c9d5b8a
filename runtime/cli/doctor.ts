import { engineProbes } from './engine-probes.ts'
import { exitStatus } from './exit-status.ts'
import { probeSystem, type Finding } from './system-probes.ts'

/** `millrace doctor`: what this machine offers, what is missing and what is used instead. Status 1 when something needed fails. */
export function doctorCommand(format: 'text' | 'json'): number {
  const findings = [...probeSystem(), ...engineProbes()]
  process.stdout.write(format === 'json' ? `${JSON.stringify({ findings })}\n` : asText(findings))
  return findings.some((finding) => finding.status === 'failed') ? exitStatus.failed : exitStatus.finished
}

function asText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map((finding) => finding.name.length))
  return findings
    .map(({ name, status, value, fallback }) => {
      const tail = fallback === undefined ? '' : `: ${fallback}`
      return `${status.padEnd(6)}  ${name.padEnd(width)}  ${value}${tail}\n`
    })
    .join('')
}
