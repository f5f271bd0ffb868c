import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const Entry = z.looseObject({ event: z.string(), outcome: z.string(), patient: z.string().nullish() })
export type ChainEntry = z.infer<typeof Entry>

/** What the audit chain of a workstation says, from its beginning, as it lies on the disk. */
export async function chainOf({ profile }: { readonly profile: string }): Promise<readonly ChainEntry[]> {
  const folder = join(profile, 'audit')
  const files = (await readdir(folder)).filter((name) => /^chain-\d+\.jsonl$/.test(name)).sort((one, other) => numberOf(one) - numberOf(other))
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))
  // The last line may be half written.
  return texts.flatMap((text) => text.split('\n').slice(0, -1)).map((line) => Entry.parse(JSON.parse(line.slice(65))))
}

const numberOf = (name: string) => Number(/\d+/.exec(name)?.[0])
