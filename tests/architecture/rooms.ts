import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Rooms, most specific first; a file belongs to the first that holds it. */
const ROOMS = [
  'src/main',
  'src/domain',
  'src/app/ports',
  'src/app',
  'src/adapters',
  'src/ui',
  'contracts/wire',
  'contracts',
  'workers',
  'server',
  'evaluation',
  'scripts',
  'tests',
] as const
export type Room = (typeof ROOMS)[number]

/** Who may import whom (DESIGN §3). A room may always import itself; `*` means every room. */
export const MAY_IMPORT: Readonly<Record<Room, readonly Room[] | '*'>> = {
  contracts: ['contracts/wire'],
  'contracts/wire': ['contracts'],
  'src/domain': ['contracts', 'contracts/wire'],
  'src/app/ports': ['contracts', 'contracts/wire', 'src/domain'],
  'src/app': ['contracts', 'contracts/wire', 'src/domain', 'src/app/ports'],
  'src/adapters': ['contracts', 'contracts/wire', 'src/domain', 'src/app/ports'],
  'src/ui': ['contracts', 'contracts/wire', 'src/domain', 'src/app', 'src/app/ports'],
  'src/main': '*',
  workers: ['contracts', 'src/domain'],
  // The server sees no clinical schema: of contracts it takes the wire and two neutral files.
  server: ['contracts/wire'],
  evaluation: ['contracts', 'src/domain', 'workers'],
  scripts: '*',
  tests: '*',
}

/** Single files a room may take although the table forbids their room. */
export const EXCEPTIONS: Readonly<Partial<Record<Room, readonly string[]>>> = {
  server: ['contracts/result.ts', 'contracts/clinical/review.ts'],
}

/** Packages a room may use; rooms not named may use any. */
export const PACKAGES: Readonly<Partial<Record<Room, readonly string[]>>> = {
  contracts: ['zod'],
  'contracts/wire': ['zod'],
  'src/domain': [],
  'src/app': [],
  'src/app/ports': [],
}

const SKIP = new Set(['node_modules', 'dist', 'build', 'data', 'reports', 'test-results', '.git', 'training', 'model-shards'])

export const filesUnder = (dir: string): string[] =>
  readdirSync(join(root, dir)).flatMap((name) => {
    const path = posix.join(dir, name)
    if (SKIP.has(name) || name.startsWith('.')) return []
    return statSync(join(root, path)).isDirectory() ? filesUnder(path) : [path]
  })

export const roomOf = (path: string): Room | null =>
  ROOMS.find(
    (room) => path === `${room}.ts` || path.startsWith(`${room}/`) || (room === 'src/main' && /^src\/[a-z-]+\.ts$/.test(path)),
  ) ?? null

const ALIAS: Readonly<Record<string, string>> = {
  '#contracts/': 'contracts/',
  '#domain/': 'src/domain/',
  '#app/': 'src/app/',
  '#adapters/': 'src/adapters/',
  '#ui/': 'src/ui/',
  '#workers/': 'workers/',
  '#server/': 'server/',
  '#evaluation/': 'evaluation/',
}

/** `isWorker`: `new URL('….worker.ts', import.meta.url)`, which starts a worker and imports nothing of it. */
export type Import = { from: string; target: string; isPackage: boolean; isWorker: boolean }

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]|new URL\(\s*['"](\.[^'"]+\.ts)['"]/g

/** Every static, side-effect, dynamic and worker import of a file. */
export const importsOf = (path: string): Import[] =>
  [...readFileSync(join(root, path), 'utf8').matchAll(IMPORT)].flatMap((m): Import[] => {
    const spec = m[1] ?? m[2] ?? m[3] ?? m[4]
    if (spec === undefined || spec.startsWith('node:') || spec.startsWith('virtual:')) return []
    const alias = Object.keys(ALIAS).find((a) => spec.startsWith(a))
    if (alias)
      return [
        { from: path, target: `${ALIAS[alias]}${spec.slice(alias.length)}`, isPackage: false, isWorker: m[4] !== undefined },
      ]
    if (spec.startsWith('.'))
      return [
        {
          from: path,
          target: relative(root, resolve(root, dirname(path), spec)),
          isPackage: false,
          isWorker: m[4] !== undefined,
        },
      ]
    return [
      {
        from: path,
        target: spec
          .split('/')
          .slice(0, spec.startsWith('@') ? 2 : 1)
          .join('/'),
        isPackage: true,
        isWorker: false,
      },
    ]
  })
