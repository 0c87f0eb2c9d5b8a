/**
 * `npm run build`: JavaScript and declarations into dist/. The compiler rewrites the paths of imports; this also rewrites
 * the paths of worker entries (`new URL('./..', import.meta.url)`) and copies what is read at run time but is not code.
 */
import { execFileSync } from 'node:child_process'
import { cp, glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bundleRuntime, plannerModule } from './bundle-runtime.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const assets = '{sql,compiler,codegen,runtime,native}/**/*.{wasm,br,gz,html,css}'

await rm(`${root}dist`, { recursive: true, force: true })
execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', `${root}tsconfig.build.json`], {
  stdio: 'inherit',
})
for await (const file of glob('dist/**/*.js', { cwd: root })) {
  const text = await readFile(root + file, 'utf8')
  const rewritten = text.replace(/(new URL\(\s*'\.[^']*)\.ts('\s*,\s*import\.meta\.url)/g, '$1.js$2')
  if (rewritten !== text) await writeFile(root + file, rewritten)
}
for await (const file of glob(assets, { cwd: root, exclude: ['**/target/**'] })) {
  await cp(root + file, `${root}dist/${file}`)
}

await mkdir(`${root}dist/artifact-runtime`)
for (const [name, content] of (await bundleRuntime()).files)
  if (name !== plannerModule) await writeFile(`${root}dist/artifact-runtime/${name}`, content)
