import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { Policy } from '../../shared/policy.ts'
import type { PolicyInForce } from './read.ts'

/**
 * The last policy that was good, kept in the user's data so that a mistyped comma does not stop a ward. The sum finds
 * accidents, not enemies: what runs in the user's account could write both. It gains little: the copy is only looked at
 * while the administrator's own file is there and malformed.
 */
const Kept = z.strictObject({ format: z.literal(1), sha256: z.string(), content: z.string() })
const Content = z.strictObject({ policy: Policy, caPem: z.string().optional() })

const pathIn = (userData: string) => join(userData, 'policy.last-good.json')

/** Keeps a policy that was read without fault; one that is kept already is not written again: each start would wait for the disk. Rejects with the file system's error. */
export async function keepPolicy(userData: string, { policy, caPem }: PolicyInForce): Promise<void> {
  const content = JSON.stringify({ policy, ...(caPem === undefined ? {} : { caPem }) })
  const text = JSON.stringify({ format: 1, sha256: sumOf(content), content })
  const file = pathIn(userData)
  if ((await readFile(file, 'utf8').catch(() => undefined)) === text) return
  await writeFileAtomic(file, text, { mode: 0o600 })
}

/** The policy kept, or undefined where there is none or it is damaged. */
export async function keptPolicy(userData: string): Promise<PolicyInForce | undefined> {
  try {
    const { sha256, content } = Kept.parse(JSON.parse(await readFile(pathIn(userData), 'utf8')))
    if (sha256 !== sumOf(content)) return undefined
    const { policy, caPem } = Content.parse(JSON.parse(content))
    return { policy, caPem }
  } catch {
    return undefined
  }
}

function sumOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
