/** npm run models -- list | verify: what the catalog offers, and whether every byte is as its manifest says. Exit code 1 when not. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ModelCatalog } from '#contracts/workers/model.ts'
import { diskShards, readManifest } from '#workers/inference/engines/node.ts'
import { noStore } from '#workers/inference/model/shard-source.ts'
import { verifiedFiles } from '#workers/inference/model/verified-files.ts'

const SHARDS = 'model-shards'
const command = process.argv[2]
if (command !== 'list' && command !== 'verify') {
  console.log('npm run models -- list | verify')
  process.exit(command === undefined || command === '--help' ? 0 : 2)
}

const catalog = ModelCatalog.parse(JSON.parse(readFileSync(join(SHARDS, 'catalog.json'), 'utf8')))
let failed = false
for (const entry of catalog.models) {
  const file = join(SHARDS, entry.manifest)
  const read = await readManifest(file)
  if (!read.ok) {
    console.log(`${entry.id}: ${read.error.type}`)
    failed = true
    continue
  }
  const { manifest } = read.value
  const bytes = manifest.files.reduce((n, f) => n + f.bytes, 0)
  const about = `${entry.id} ${manifest.version}, ${entry.task}, ${(manifest.parameters / 1e6).toFixed(1)} M parameters, ${(bytes / 2 ** 20).toFixed(1)} MiB`
  if (command === 'list') {
    console.log(`${about}${entry.default ? ', default' : ''}`)
    continue
  }
  const all = manifest.files.map((f) => f.path)
  const checked = await verifiedFiles(manifest, all, diskShards(dirname(file)), noStore, ({ phase, loadedBytes, totalBytes }) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${phase} ${Math.round((100 * loadedBytes) / totalBytes)} %  `)
  })
  console.log(`${about}: ${checked.ok ? 'verified' : checked.error.type}`)
  failed ||= !checked.ok
}
process.exit(failed ? 1 : 0)
