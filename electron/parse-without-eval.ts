import { z } from 'zod'

/**
 * Zod writes a function for each object it parses, by `new Function`, which pays where many are parsed. `main` parses little, and most of it once, while a
 * person waits for the first screen: it reads its schemas as they are. Loaded before any schema is made: a schema asks once.
 */
z.config({ jitless: true })
