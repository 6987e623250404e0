import { config } from 'zod'

// Before any schema is made: the schema library would try to compile code, which the policy forbids and reports.
config({ jitless: true })
