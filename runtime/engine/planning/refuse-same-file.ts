import { resolve } from 'node:path'
import type { Catalog } from '../../../sql/catalog/catalog.ts'
import { SqlError } from '../../../sql/base/diagnostic.ts'
import type { SinkObject } from '../../../sql/catalog/object.ts'
import type { ConnectorWorld } from '../../connect/connectors.ts'
import { isStream } from '../../connect/file/file-system.ts'
import type { Option } from '../../../sql/plan/statement.ts'
import { invalidOption } from '../../../sql/messages/raise.ts'

/** Of two sinks that replace the same file only one would be seen. @throws SqlError invalid_option */
export function refuseSameFile(sink: SinkObject, { objects }: Catalog, { fileSystem }: ConnectorWorld): void {
  const path = pathOf(sink)
  if (path === undefined || isStream(path.value, fileSystem)) return
  for (const other of objects.values()) {
    if (other.kind !== 'sink' || other.name === sink.name) continue
    const taken = pathOf(other)
    if (taken === undefined || resolve(taken.value) !== resolve(path.value)) continue
    if (isAppending(sink) && isAppending(other)) continue
    const reason = `sink ${other.name} writes that file`
    throw new SqlError([invalidOption({ name: 'path', reason }, { span: path.valueSpan })])
  }
}

function pathOf({ connector }: SinkObject): Option | undefined {
  if (connector.name.toLowerCase() !== 'file') return undefined
  const path = optionOf(connector.options, 'path')
  return path?.value === '-' ? undefined : path
}

function isAppending({ connector }: SinkObject): boolean {
  return optionOf(connector.options, 'mode')?.value.toLowerCase() === 'append'
}

function optionOf(options: readonly Option[], key: string): Option | undefined {
  return options.find((option) => option.key.toLowerCase() === key)
}
