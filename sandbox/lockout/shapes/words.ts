import { z } from 'zod'
import { reasonLength } from '../../../shared/desk/words.ts'

/** Nothing that controls a terminal, or turns the direction of what is read. Spelled out, so that every validator reads it alike. */
// oxlint-disable-next-line no-control-regex -- they are what it is about
export const plain = /^[^\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]*$/
/** Text that somebody types and others read: one line. */
export const line = (least: number, most: number) => z.string().trim().min(least).max(most).regex(plain)

export const Sub = z.string().min(1).max(200).regex(/^[\x21-\x7e]+$/)
export const Moment = z.iso.datetime()

/** A sentence for those who look at it later. */
export const Reason = line(reasonLength.least, reasonLength.most)

export const Because = z.strictObject({ reason: Reason })

export const Person = z.strictObject({ sub: z.string(), name: z.string() })
export const UserRef = z.strictObject({ sub: z.string(), name: z.string(), role: z.string() })

/** What of a person's is not at the EHR yet, by the workstation's own word. */
export const Unsent = z.strictObject({ drafts: z.number().int().min(0).max(100_000), changes: z.number().int().min(0).max(100_000) })
export type Unsent = z.infer<typeof Unsent>

/** Every refusal. */
export const Refusal = z.strictObject({ error: z.string() })
