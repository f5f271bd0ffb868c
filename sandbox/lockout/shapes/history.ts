import { z } from 'zod'
import { Moment, Person } from './words.ts'

export const HistoryEntry = z.strictObject({
  seq: z.number().int(),
  at: Moment,
  what: z.string(),
  deviceId: z.string().optional(),
  user: z.string().optional(),
  order: z.string().optional(),
  by: Person.optional(),
  detail: z.string().optional(),
})
export type HistoryEntry = z.infer<typeof HistoryEntry>
export const History = z.strictObject({ entries: z.array(HistoryEntry), next: z.number().int().optional() })
export const HistoryQuery = z.strictObject({ before: z.coerce.number().int().min(1).optional(), limit: z.coerce.number().int().min(1).max(500).default(100) })
