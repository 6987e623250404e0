import { type Migration, Migrator, sql } from 'kysely'
import type { Db } from '../repositories/schema.ts'
import { tables } from './001-tables.ts'
import { guards } from './002-guards.ts'

const migration = (statements: readonly string[]): Migration => ({
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
})

/** Migrations in order of their names. Never edit one that has been released: add the next. */
const migrations: Record<string, Migration> = {
  '001-tables': migration(tables),
  '002-guards': migration(guards),
}

/** Brings the database to the newest schema. Throws when a migration fails or the database is newer than this server. */
export async function migrate(db: Db): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}
