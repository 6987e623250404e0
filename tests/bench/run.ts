import { readdirSync } from 'node:fs'

/** `npm run bench -- NAME [options]`: every other file of this folder is a benchmark exporting `bench(args)`. */
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -'.ts'.length))

const [name, ...args] = process.argv.slice(2)
if (name === undefined || !names.includes(name)) {
  console.error(`npm run bench -- NAME [--help]\nbenchmarks: ${names.join(', ')}`)
  process.exitCode = name === '--help' ? 0 : 2
} else {
  const module = (await import(`./${name}.ts`)) as { bench(args: readonly string[]): Promise<number> }
  process.exitCode = await module.bench(args)
}
