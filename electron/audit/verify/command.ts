import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Anchor, Verdict } from './verdict.ts'
import { verifyChain } from './verify.ts'
import { words } from './words.ts'

const usage = `Usage: verify FILE|FOLDER [--anchor SEQ:HASH|FILE] [--key KEY|FILE] [--json]

  FOLDER     the chain: the folder "audit" of a profile, or a copy of it
  FILE       one file of a chain, from where it begins
  --anchor   the last entry that somebody else has seen: its number and hash, or a file of JSON with "seq" and "hash"
  --key      the workstation's public key (Ed25519, the "x" of its JWK), or a file of JSON with "x"
  --json     the verdict as JSON

Ends with 0 where the chain holds, 1 where it does not, 2 where it could not be read.`

export interface CommandPlace {
  /** Relative paths are from here. */
  readonly from: string
  readonly print: (text: string) => void
  readonly complain: (text: string) => void
  /** Threads to walk files with, at most. */
  readonly threads?: number
}

/** Runs the verifier for a person. Resolves with the exit code. */
export async function verifyCommand(args: readonly string[], { from, print, complain, threads = availableParallelism() }: CommandPlace): Promise<0 | 1 | 2> {
  try {
    const { values, positionals } = parseArgs({ args: joined(args), allowPositionals: true, options: { anchor: { type: 'string' }, key: { type: 'string' }, json: { type: 'boolean' } } })
    const [place] = positionals
    if (place === undefined || positionals.length > 1) {
      complain(usage)
      return 2
    }
    const verdict: Verdict = await verifyChain(resolve(from, place), { anchor: readAnchor(values.anchor, from), key: readKey(values.key, from), threads: Math.min(4, threads) })
    print(values.json ? JSON.stringify(verdict, null, 2) : words(verdict))
    return verdict.holds ? 0 : 1
  } catch (error) {
    complain(error instanceof Error ? error.message : 'The chain could not be read.')
    return 2
  }
}

/** A key may begin with a hyphen, as one in 64 does: what stands behind an option that has a value is that value. */
function joined(args: readonly string[]): string[] {
  const taken: string[] = []
  for (let at = 0; at < args.length; at += 1) {
    const [arg = '', value] = [args[at], args[at + 1]]
    const hasValue = (arg === '--key' || arg === '--anchor') && value !== undefined
    taken.push(hasValue ? `${arg}=${value}` : arg)
    if (hasValue) at += 1
  }
  return taken
}

function readAnchor(text: string | undefined, from: string): Anchor | undefined {
  if (text === undefined) return undefined
  const { seq, hash } = fileOr(text, from, () => {
    const [number, hash] = text.split(':')
    return { seq: Number(number), hash }
  })
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1 || typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) throw new Error('The anchor is not SEQ:HASH, and no file of JSON with "seq" and "hash".')
  return { seq, hash }
}

function readKey(text: string | undefined, from: string): string | undefined {
  if (text === undefined) return undefined
  const { x } = fileOr(text, from, () => ({ x: text }))
  if (typeof x !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(x)) throw new Error('The key is not the "x" of an Ed25519 JWK, and no file of JSON with one.')
  return x
}

function fileOr(text: string, from: string, read: () => Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const path = resolve(from, text)
  if (!existsSync(path)) return read()
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
