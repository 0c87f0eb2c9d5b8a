/** Preloaded by every thread of a process: writes which thread loads which module, a line each, to the file LOADED_MODULES. */
import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { threadId } from 'node:worker_threads'

const file = process.env['LOADED_MODULES']
registerHooks({
  load(url, context, next) {
    appendFileSync(file, `${threadId} ${url}\n`)
    return next(url, context)
  },
})
