import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))

/** The package as `npm install millrace` lays it out: our files from the tarball, its dependencies beside it. */
describe('the packed package', () => {
  let folder = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-package-'))
    await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root })
    const tarball = (await readdir(folder)).find((file) => file.endsWith('.tgz')) ?? ''
    const modules = join(folder, 'node_modules')
    await mkdir(join(modules, 'millrace'), { recursive: true })
    await run('tar', ['-xzf', tarball, '-C', join(modules, 'millrace'), '--strip-components=1'], { cwd: folder })
    for (const name of await readdir(join(root, 'node_modules'))) {
      if (!name.startsWith('.')) await symlink(join(root, 'node_modules', name), join(modules, name))
    }
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('holds no TypeScript source, no test and no other room than its own', async () => {
    const files = await readdir(join(folder, 'node_modules/millrace'), { recursive: true })
    expect(files.filter((file) => /(?<!\.d)\.ts$|\.test\.|(^|\/)(bench|target|test)\//.test(file))).toEqual([])
    expect(files.filter((file) => file.endsWith('.wasm.br'))).toEqual(['dist/sql/planner/planner.wasm.br'])
    expect(files).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts']),
    )
  })

  it('runs a program', async () => {
    const starter = join(folder, 'node_modules/millrace/bin/millrace.mjs')
    const { stdout } = await run(process.execPath, [starter, 'run', '-e', 'SELECT 1 + 1 AS two'], { cwd: folder })
    expect(stdout).toBe('{"two":2}\n')
  })

  it('is imported by its name', async () => {
    const program = `
      import { Millrace } from 'millrace'
      const db = await Millrace.open()
      await db.execute('CREATE SOURCE bid (price BIGINT); CREATE MATERIALIZED VIEW total AS SELECT SUM(price) AS total FROM bid')
      db.source('bid').push([{ price: 40n }, { price: 2n }])
      await db.drain()
      console.log(String((await db.query('SELECT * FROM total'))[0].total))
      await db.close()`
    await writeFile(join(folder, 'program.js'), program)
    const { stdout } = await run(process.execPath, ['program.js'], { cwd: folder })
    expect(stdout).toBe('42\n')
  })

  it('has types', async () => {
    const program = `
      import { Millrace, SqlError, verifyArtifact, type Change } from 'millrace'
      await using db = await Millrace.open({ tier: 'wasm', settings: { on_error: 'skip' } })
      db.source('bid').push([{ price: 40n }])
      for await (const change of db.subscribe<{ total: bigint }>('total')) {
        const { kind, row }: Change<{ total: bigint }> = change
        if (kind === 'insert') console.log(row.total + 1n)
      }
      const files: ReadonlyMap<string, Uint8Array> = (await db.compile('SELECT 1')).files
      console.log(files.size, (await verifyArtifact('x')).fileCount, new Error() instanceof SqlError)`
    await writeFile(join(folder, 'right.ts'), program)
    await writeFile(
      join(folder, 'wrong.ts'),
      `import { Millrace } from 'millrace'\nawait Millrace.open({ tier: 'native' })`,
    )
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    const flags = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext', '--target', 'esnext']
    const check = (file: string) =>
      run(process.execPath, [compiler, ...flags, '--types', 'node', file], { cwd: folder }).then(
        ({ stdout }) => stdout,
        ({ stdout }: { readonly stdout: string }) => stdout,
      )
    expect(await check('right.ts')).toBe('')
    expect(await check('wrong.ts')).toContain('TS2322')
  })

  it('compiles a program that runs without it', async () => {
    const starter = join(folder, 'node_modules/millrace/bin/millrace.mjs')
    const program = join(folder, 'program.sql')
    await writeFile(program, 'CREATE SOURCE n (a BIGINT); INSERT INTO n VALUES (1), (2); SELECT 40 + 2 AS answer')
    await run(process.execPath, [starter, 'compile', program, '-o', join(folder, 'artifact')], { cwd: folder })
    const { stdout: before } = await run(process.execPath, [starter, 'run', program], { cwd: folder })
    const moved = join(folder, 'node_modules/millrace/moved')
    for (const room of ['sql', 'compiler', 'codegen'])
      await rename(join(folder, 'node_modules/millrace/dist', room), `${moved}-${room}`)
    const flags = ['--disallow-code-generation-from-strings', join(folder, 'artifact/main.mjs')]
    const { stdout } = await run(process.execPath, flags, { cwd: folder })
    expect([stdout, before]).toEqual(['{"answer":42}\n', '{"answer":42}\n'])
  })
})
