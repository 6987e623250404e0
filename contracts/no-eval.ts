/**
 * First import of every entry of the page and its workers: zod must not try `new Function`. The try is caught, but the
 * content security policy reports it, and a report that is always there hides the one that matters. Set before zod
 * evaluates, hence a global of its own and not `z.config`.
 */
;(globalThis as { __zod_globalConfig?: { jitless: boolean } }).__zod_globalConfig = { jitless: true }

export {}
