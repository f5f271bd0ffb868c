import { isAbsolute } from 'node:path'
import { z } from 'zod'

/** What a person is asked: which file to read, or where to save one. Nothing of a patient is in it. */
export const FileQuestion = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('open') }),
  z.strictObject({ is: z.literal('save'), name: z.string().min(1).max(255), kind: z.string().min(1).max(100), extension: z.string().regex(/^[a-z0-9]{1,16}$/) }),
])
export type FileQuestion = z.infer<typeof FileQuestion>

/** Longer than any system's paths. Characters. */
const longestPath = 32_767

/** What the process that asks tells: that the dialog is there, then what came of it. Without a path: the person left it. */
export const FileTold = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('open') }),
  z.strictObject({ is: z.literal('answered'), path: z.string().max(longestPath).refine(isAbsolute).optional() }),
])
export type FileTold = z.infer<typeof FileTold>
