import { main } from '../../runtime/cli/main.ts'

/**
 * Runs many command lines one after the other in a process that starts once: its standard input is a JSON list of lists of arguments, its
 * standard output a list of their results.
 */
const commands = JSON.parse(await new Response(process.stdin as never).text()) as readonly (readonly string[])[]
const results: { readonly status: number; readonly stdout: string; readonly stderr: string }[] = []
const { stdout, stderr } = process
const write = stdout.write.bind(stdout)
stdout.setMaxListeners(0)
stderr.setMaxListeners(0)

/** Gives what was written so far. */
function capture(stream: NodeJS.WriteStream): () => string {
  let text = ''
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    const done = rest.findLast((each) => typeof each === 'function')
    if (done) queueMicrotask(() => (done as () => void)())
    return true
  }
  return () => text
}

for (const command of commands) {
  const output = capture(stdout)
  const problems = capture(stderr)
  const status = await main(command)
  results.push({ status, stdout: output(), stderr: problems() })
}
write(JSON.stringify(results))
