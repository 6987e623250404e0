/** npm run models -- list | verify | keygen | trust | sign: the catalog, whether every byte is as it should be, and signatures. */
import { runModels } from './models/commands.ts'

process.exitCode = await runModels(process.argv.slice(2), (line) => console.log(line))
