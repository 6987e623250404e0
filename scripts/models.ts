/** npm run models -- list | pull | import | remove | verify | keygen | trust | sign: the catalogue, the store, and signatures. */
import { runModels } from './models/commands.ts'

process.exitCode = await runModels(process.argv.slice(2), (line) => console.log(line))
