import { describe, expect, it } from 'vitest'
import { anchorAt, entryOf, folder, key, linesOf, put, useChain } from './chain.testing.ts'
import { verifyCommand } from './command.ts'

useChain()

describe('what a person is told', () => {
  async function told(args: readonly string[]) {
    const lines: string[] = []
    const code = await verifyCommand(args, { from: folder, print: (text) => lines.push(text), complain: (text) => lines.push(text) })
    return { code, text: lines.join('\n') }
  }

  it('that the chain holds, in a sentence, with what to keep as the next anchor', async () => {
    const { seq, hash } = anchorAt(32)
    const { code, text } = await told(['.', '--anchor', `${seq}:${hash}`, '--key', key.publicJwk.x])
    expect(code, text).toBe(0)
    expect(text).toContain('The chain holds: 32 entries (1 to 32) in 3 files.')
    expect(text).toContain(`Last checkpoint: 32:${hash}, signed by device device-1`)
  })

  it('also where the key begins with a hyphen', async () => {
    const other = `-${key.publicJwk.x.slice(1)}`
    const { code, text } = await told(['.', '--key', other])
    expect(code, text).toBe(1)
  })

  it('which entry is wrong, and how', async () => {
    put(2, linesOf(2).filter((_, index) => index !== 1))
    const { code, text } = await told(['.'])
    expect(code).toBe(1)
    const missing = Number(entryOf(linesOf(2)[0] ?? '')['seq']) + 1
    expect(text).toContain(`THE CHAIN DOES NOT HOLD`)
    expect(text).toContain(`Entry ${missing} (chain-2.jsonl, line 2) was removed: 1 entry is missing.`)
  })

  it('that there is nothing to read, or that the question is not one: never that the chain holds', async () => {
    expect(await told(['nowhere'])).toMatchObject({ code: 2 })
    expect(await told([])).toMatchObject({ code: 2, text: expect.stringContaining('Usage') })
    expect(await told(['.', '--anchor', '12'])).toMatchObject({ code: 2 })
    expect(await told(['.', '--key', 'short'])).toMatchObject({ code: 2 })
  })
})
