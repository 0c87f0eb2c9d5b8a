import { generateKeyPairSync } from 'node:crypto'
import { appendFile, cp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { verifyArtifact } from '../../../index.ts'
import { compileProgram } from '../../../runtime/engine/artifact/compile-program.ts'
import { manifestName, sealManifest, sha256, signatureName } from '../../../runtime/engine/artifact/manifest.ts'
import { engineVersion } from '../../../runtime/engine/version.ts'
import {
  compiled,
  compiledByCommand,
  errorOf,
  errorText,
  keptFolder,
  runArtifact,
  runNode,
  temporaryFolder,
} from '../../support/artifact.ts'
import { runCli, tryCommands } from '../../support/run-cli.ts'

const program = `
  CREATE SOURCE bid (auction BIGINT NOT NULL, price BIGINT NOT NULL) WITH (connector = 'nexmark', stream = 'bid', events = 100, seed = 5);
  SELECT auction, price FROM bid WHERE price > 1000`

describe('an artifact', () => {
  const root = keptFolder()
  const intact = join(root, 'intact')

  beforeAll(async () => {
    await compiled(program, intact)
  })

  const copied = async (): Promise<string> => {
    const folder = join(await temporaryFolder(), 'copy')
    await cp(intact, folder, { recursive: true })
    return folder
  }

  const filesOf = async (folder: string): Promise<readonly string[]> =>
    (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .toSorted()

  /** The flags of every file that was bent. */
  const refusals = async (bend: (file: string) => Promise<void>): Promise<readonly string[]> => {
    const unnoticed: string[] = []
    for (const path of await filesOf(intact)) {
      const folder = await copied()
      await bend(join(folder, path))
      const outcome = path === 'main.mjs' ? await runCli(['verify', folder]) : await runArtifact(folder)
      if (
        outcome.status !== 2 ||
        outcome.stdout !== '' ||
        !outcome.stderr.startsWith('error[artifact_corrupt] XX001: ')
      )
        unnoticed.push(`${path}: ${outcome.status} ${outcome.stderr}`)
    }
    return unnoticed
  }

  it('is checked before it runs: a flipped bit in any file is found', async () => {
    expect(
      await refusals(async (file) => {
        const bytes = await readFile(file)
        const at = bytes.length >> 1
        bytes[at] = (bytes[at] ?? 0) ^ 1
        await writeFile(file, bytes)
      }),
    ).toEqual([])
  })

  it('is found damaged where a file is cut short or missing', async () => {
    const bends = [
      async (file: string) => await truncate(file, Math.floor((await readFile(file)).length / 2)),
      async (file: string) => await rm(file),
    ]
    const damaged: string[] = []
    for (const path of await filesOf(intact)) {
      for (const bend of bends) {
        const folder = await copied()
        await bend(join(folder, path))
        damaged.push(folder)
      }
    }
    const outcomes = await tryCommands(damaged.map((folder) => ['verify', folder]))
    expect(outcomes).toHaveLength(damaged.length)
    for (const outcome of outcomes)
      expect(outcome).toEqual({ status: 2, stdout: '', stderr: errorOf('artifact_corrupt') })
  })

  it('is refused by every other engine and ABI version', async () => {
    for (const [from, to] of [
      [/"engineVersion":"[^"]*"/, '"engineVersion":"0.0.9"'],
      [/"abiVersion":\d+/, '"abiVersion":999'],
    ] as const) {
      const folder = await copied()
      const path = join(folder, manifestName)
      const text = await readFile(path, 'utf8')
      // consistent in itself, as what another version makes is
      await writeFile(path, sealManifest(text.replace(from, to).replace(/"hash":"[0-9a-f]{64}"/, '"hash":""')))
      const { status, stderr } = await runArtifact(folder)
      expect([status, stderr]).toEqual([2, errorOf('artifact_version')])
    }
  })

  it('may be signed, and is then known to be from whoever has the key', async () => {
    const folder = await copied()
    const [key, other] = [keyFiles(root, 'key'), keyFiles(root, 'other')]
    const [right, wrong] = await Promise.all([key, other])
    const unsigned = await runArtifact(folder, ['--verify-key', right.public])
    expect([unsigned.status, unsigned.stderr]).toEqual([2, errorOf('artifact_unsigned')])

    const signed = await compiledByCommand(program, { flags: ['--sign', right.private] })
    const good = await runArtifact(signed, [`--verify-key=${right.public}`])
    expect([good.status, good.stdout === '', good.stderr]).toEqual([0, false, ''])
    expect((await runCli(['verify', signed, '--verify-key', right.public])).stdout).toContain('signed with this key')
    // the last character before == has four bits that mean nothing
    const signature = await readFile(join(signed, signatureName), 'utf8')
    const other64 = signature.replace(/.(?===)/, (last) => String.fromCodePoint((last.codePointAt(0) ?? 0) + 1))
    await writeFile(join(signed, signatureName), other64)
    await expect(verifyArtifact(signed, { key: right.public })).rejects.toMatchObject({
      code: 'artifact_signature_invalid',
    })
    await writeFile(join(signed, signatureName), signature)

    const foreign = await runArtifact(signed, ['--verify-key', wrong.public])
    expect([foreign.status, foreign.stderr]).toEqual([2, errorOf('artifact_signature_invalid')])
    // what is sealed again is consistent, but not what was signed
    const path = join(signed, manifestName)
    const text = await readFile(path, 'utf8')
    const changed = text.replace(/"program\.sql":"[0-9a-f]{64}"/, `"program.sql":"${sha256('SELECT 1')}"`)
    await writeFile(join(signed, 'program.sql'), 'SELECT 1')
    await writeFile(path, sealManifest(changed.replace(/"hash":"[0-9a-f]{64}"/, '"hash":""')))
    const forged = await runArtifact(signed, ['--verify-key', right.public])
    expect([forged.status, forged.stderr]).toEqual([2, errorOf('artifact_signature_invalid')])
    const rsa = join(root, 'rsa.pem')
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    await writeFile(rsa, publicKey.export({ type: 'spki', format: 'pem' }))
    const encrypted = join(root, 'encrypted.pem')
    const secret = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const
    await writeFile(encrypted, generateKeyPairSync('ed25519').privateKey.export(secret))
    for (const [file, reason] of [
      [join(root, 'none.pem'), 'ENOENT: no such file or directory'],
      [path, 'there is none in it'],
      [rsa, 'it is for rsa'],
      [encrypted, 'it is encrypted'],
    ] as const) {
      const { status, stderr } = await runCli(['verify', signed, '--verify-key', file])
      expect([status, stderr]).toEqual([2, errorOf('invalid_key')])
      expect(stderr).toContain(`${file} is no Ed25519 public key in PEM form: ${reason}\n`)
    }
  })

  it('is checked by programs before they import it, main.mjs and what was put there included', async () => {
    expect(await verifyArtifact(intact)).toEqual({ engineVersion, fileCount: (await filesOf(intact)).length - 1 })
    const main = await copied()
    await appendFile(join(main, 'main.mjs'), '// changed\n')
    await expect(verifyArtifact(main)).rejects.toMatchObject({ code: 'artifact_corrupt' })
    const folder = await copied()
    await writeFile(join(folder, 'units/99-0.mjs'), '')
    await expect(verifyArtifact(folder)).rejects.toThrow('units/99-0.mjs is not in manifest.json')
    // the same of a copy of the artifact's own
    const copy = join(await temporaryFolder(), 'verify.mjs')
    await cp(join(intact, 'runtime/verify.mjs'), copy)
    const { verifyArtifact: carried } = (await import(copy)) as { readonly verifyArtifact: typeof verifyArtifact }
    await expect(carried(folder)).rejects.toMatchObject({ code: 'artifact_corrupt' })
    expect(await carried(intact)).toEqual(await verifyArtifact(intact))
  })

  it('is started by its name, and loads no cache of compiled modules where it must be signed', async () => {
    const main = join(intact, 'main.mjs')
    expect((await stat(main)).mode & 0o111).toBe(0o111)
    const folder = await temporaryFolder()
    const environment = { NODE_COMPILE_CACHE: '', TMPDIR: folder }
    await runNode([main, '--verify-key', 'none.pem'], { environment })
    expect(await readdir(folder)).toEqual([])
    await runNode([main], { environment })
    expect(await readdir(folder)).toEqual(['node-compile-cache'])
  })

  it('replaces an older artifact, also one that is damaged, and nothing else', async () => {
    const folder = await copied()
    await truncate(join(folder, manifestName), 30)
    await compiledByCommand('SELECT 1 AS one', { out: folder })
    expect((await runArtifact(folder)).stdout).toBe('{"one":1}\n')
    await mkdir(join(folder, 'notes'))
    const refused = compiledByCommand('SELECT 2 AS two', { out: folder })
    await expect(refused).rejects.toThrow(errorText('folder_not_empty'))
    // nothing is the current folder, which is the checkout here
    await expect((await compileProgram('SELECT 2 AS two', {})).write('')).rejects.toMatchObject({
      code: 'folder_not_empty',
    })
  })

  it('leaves a folder alone whose files only have the names of an artifact', async () => {
    const folder = await temporaryFolder()
    const mine = join(folder, 'README.md')
    await writeFile(mine, 'mine')
    const two = await compileProgram('SELECT 2 AS two', {})
    await expect(two.write(folder)).rejects.toThrow("holds other files than an artifact's")
    await writeFile(join(folder, manifestName), '{"name":"an application of the web"}')
    await expect(two.write(folder)).rejects.toThrow("holds other files than an artifact's")
    expect(await readFile(mine, 'utf8')).toBe('mine')
    await expect(two.write(mine)).rejects.toThrow('README.md is no folder')
  })

  it('is not looked for where there is no folder', async () => {
    const { status, stderr } = await runCli(['verify', join(root, 'nowhere')])
    expect([status, stderr]).toEqual([2, errorOf('file_not_found')])
  })

  it('says so when a file cannot be read', async () => {
    const folder = await copied()
    await rm(join(folder, 'program.sql'))
    await mkdir(join(folder, 'program.sql'))
    const { status, stderr } = await runArtifact(folder)
    expect([status, stderr]).toEqual([2, errorOf('file_unreadable')])
  })
})

async function keyFiles(folder: string, name: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const paths = { private: join(folder, `${name}.pem`), public: join(folder, `${name}.pub.pem`) }
  await writeFile(paths.private, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  await writeFile(paths.public, publicKey.export({ type: 'spki', format: 'pem' }))
  return paths
}
