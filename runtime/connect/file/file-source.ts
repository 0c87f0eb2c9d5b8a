import { pipeline, type Readable } from 'node:stream'
import { DataError } from '../../../sql/base/diagnostic.ts'
import { fileNotFound } from '../../../sql/messages/raise.ts'
import type { ByteInput } from '../../format/byte-input.ts'
import { parseInputFormat } from '../../format/format-options.ts'
import { RecordReader } from '../../format/record-reader.ts'
import type { ConnectorDeclaration, SourceConnector, SourceContext } from '../connector.ts'
import { CompressedInput, compressionOf, decompressorOf } from './compressed-input.ts'
import { isStream, type FileSystem } from './file-system.ts'
import { PlainInput } from './plain-input.ts'
import { StreamInput } from './stream-input.ts'

const standardInput = '-'

/** Plans `connector = 'file'`: files of a glob in byte order, a pipe or a device, or standard input. */
export function planFileSource(
  declaration: ConnectorDeclaration,
  { fileSystem, stdin }: { fileSystem: FileSystem; stdin: () => Readable },
): SourceConnector {
  const { options } = declaration
  const path = options.requiredText('path')
  if (path === '') options.refuse('path', 'a path, a glob, or - for standard input')
  const mode = options.choice('mode', ['bounded', 'tail'], 'bounded')
  if (mode === 'tail' && path === standardInput)
    options.contradict('mode', 'standard input ends when its writer closes it')
  if (mode === 'tail' && compressionOf(path) !== 'none')
    options.contradict('mode', 'a compressed file cannot be tailed')
  // A stream cannot be read again; nor is there a place to read from.
  const stream = path === standardInput || isStream(path, fileSystem)
  if (mode === 'tail' && stream) options.contradict('mode', `${path} is a pipe or a device: it is read to its end`)
  const format = parseInputFormat(declaration)
  const openInput = ({ clock }: SourceContext): ByteInput => {
    if (path === standardInput) return new StreamInput(stdin(), { file: standardInput })
    return stream ? openStream(path, fileSystem) : openFiles(path, { fileSystem, mode, clock })
  }
  const open = (context: SourceContext): RecordReader =>
    new RecordReader(context, { open: () => openInput(context), lineBytesMax: format.lineBytesMax })
  return { bounded: mode === 'bounded', replayable: mode === 'bounded' && !stream, format, open }
}

function openStream(path: string, fileSystem: FileSystem): ByteInput {
  const bytes = fileSystem.readStream(path)
  const stream = compressionOf(path) === 'none' ? bytes : pipeline(bytes, decompressorOf(path), () => {})
  return new StreamInput(stream, { file: path, onClose: () => bytes.destroy() })
}

function openFiles(
  path: string,
  { fileSystem, mode, clock }: { fileSystem: FileSystem; mode: 'bounded' | 'tail'; clock: SourceContext['clock'] },
): ByteInput {
  const paths = expand(path, fileSystem)
  if (paths.some((each) => compressionOf(each) !== 'none')) return new CompressedInput(paths, fileSystem)
  return new PlainInput({ paths, fileSystem, clock, tail: mode === 'tail' })
}

/** A path that exists is itself, whatever characters it has. */
function expand(path: string, fileSystem: FileSystem): readonly string[] {
  if (!/[*?[\]{}]/.test(path) || fileSystem.factsOfPath(path) !== undefined) return [path]
  const found = fileSystem.glob(path)
  if (found.length === 0) throw new DataError(fileNotFound({ path }, { place: { object: path, file: path } }))
  return found
}
