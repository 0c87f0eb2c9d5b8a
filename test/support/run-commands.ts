import { main } from '../../runtime/cli/main.ts'

/**
 * Runs many command lines one after the other in a process that starts once: its standard input is a JSON list of lists of arguments, its
 * standard output a list of what each printed and of its exit status. Diagnostics go to standard error.
 */
const commands = JSON.parse(await new Response(process.stdin as never).text()) as readonly (readonly string[])[]
const results: { readonly status: number; readonly stdout: string }[] = []
const { stdout } = process
const write = stdout.write.bind(stdout)
stdout.setMaxListeners(0)
process.stderr.setMaxListeners(0)

for (const command of commands) {
  let output = ''
  stdout.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    output += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    const done = rest.findLast((each) => typeof each === 'function')
    if (done) queueMicrotask(() => (done as () => void)())
    return true
  }
  const status = await main(command)
  results.push({ status, stdout: output })
}
stdout.write = write
stdout.write(JSON.stringify(results))
