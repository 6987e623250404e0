/** Why a command of the store stopped. Ids, paths and numbers only. */
export type StoreError =
  | { type: 'mirror-unreachable' }
  | { type: 'not-on-mirror'; path: string; status: number }
  | { type: 'cut-off'; path: string }
  | { type: 'changed-on-mirror'; path: string }
  | { type: 'wrong-size'; path: string; expected: number; found: number }
  | { type: 'wrong-hash'; path: string }
  | { type: 'no-space'; neededBytes: number; freeBytes: number }
  | { type: 'wrong-layout'; path: string }
  | { type: 'wrong-model'; expected: string; found: string }

/** A sentence for the person at the keyboard; ends the command with exit code 1. */
export class Refusal extends Error {}

const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 3 : 0)} MiB`

/** What went wrong and what to do, in one line. */
export const explain = (error: StoreError): string => {
  switch (error.type) {
    case 'mirror-unreachable':
      return 'nothing answers at that address; what came so far is kept, so the same command goes on from there'
    case 'not-on-mirror':
      return `${error.path} is not there (status ${error.status})`
    case 'cut-off':
      return `${error.path}: the connection kept breaking; what came so far is kept, so the same command goes on from there`
    case 'changed-on-mirror':
      return `${error.path} changed while it was fetched; the same command starts that file anew`
    case 'wrong-size':
      return `${error.path} has ${error.found} bytes where ${error.expected} are right; it was thrown away`
    case 'wrong-hash':
      return `${error.path} is not the file that it should be (hash); it was thrown away`
    case 'no-space':
      return `the disk has ${mib(error.freeBytes)} free and ${mib(error.neededBytes)} are needed; what came so far is kept`
    case 'wrong-layout':
      return `${error.path} is missing or not what the layout asks for`
    case 'wrong-model':
      return `this is ${error.found}, not ${error.expected}`
  }
}
