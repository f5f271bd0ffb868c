import { z } from 'zod'
import { ChartkeepError } from '../../../shared/errors.ts'
import { parsedJson } from '../../../shared/parsed-json.ts'

/** What is written here and exists nowhere else says in which form it is: one that a later Chartkeep wrote is not misread, and stays where it is. */
const format = 1

const Stored = z.strictObject({ format: z.number().int().positive(), value: z.unknown() })

export function toBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify({ format, value }))
}

/** Throws `vault-newer` for what a later version wrote, `vault-corrupt` for what is none of ours. */
export function fromBytes<T>(schema: z.ZodType<T>, bytes: Buffer): T {
  const stored = Stored.safeParse(parsedJson(bytes.toString('utf8')))
  if (!stored.success) throw new ChartkeepError('vault-corrupt')
  if (stored.data.format > format) throw new ChartkeepError('vault-newer')
  const value = schema.safeParse(stored.data.value)
  if (stored.data.format < format || !value.success) throw new ChartkeepError('vault-corrupt')
  return value.data
}
