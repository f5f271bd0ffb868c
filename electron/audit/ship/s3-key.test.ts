import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../../shared/errors.ts'
import { memoryKeychain } from '../../vault/memory-keychain.ts'
import { readS3Key, s3KeyAccount, s3KeyCommand } from './s3-key.ts'

const key = { id: 'AKIDCHARTKEEP', secret: 'c2VjcmV0LW9mLXRoZS1idWNrZXQ/+=' }
const whole = `${key.id}\n${key.secret}\n`

/** What the command gives for an input that comes in these pieces, and what the keychain then holds. */
async function command(...pieces: readonly (string | Uint8Array)[]) {
  const keychain = memoryKeychain()
  await keychain.set(s3KeyAccount, JSON.stringify({ id: 'before', secret: 'before' }))
  const said: string[] = []
  const code = await s3KeyCommand(Readable.from(pieces.map((piece) => Buffer.from(piece))), keychain, (text) => void said.push(text))
  return { code, said: said.join(), held: await readS3Key(keychain) }
}

describe('the command that takes the key of the bucket', () => {
  it.each([
    ['as it is', [whole]],
    ['without the last line’s end', [whole.trimEnd()]],
    ['as Windows ends lines', [whole.replaceAll('\n', '\r\n')]],
    ['a byte at a time', [...whole]],
  ])('keeps it, %s', async (_how, pieces) => {
    expect(await command(...pieces)).toMatchObject({ code: 0, held: key })
  })

  it.each([
    ['nothing', ['']],
    ['one line', [key.id]],
    ['an empty second line', [`${key.id}\n\n`]],
    ['both on one line', [`${key.id} ${key.secret}`]],
    ['a third line', [`${whole}more`]],
    ['a space before it', [` ${whole}`]],
    ['a byte order mark', [`\ufeff${whole}`]],
    ['what is no text', [Uint8Array.of(0xff, 0xfe, 0x0a, 0x80, 0x00)]],
    ['an id that is too long', [`${'A'.repeat(129)}\n${key.secret}\n`]],
    ['a secret that is too long', [`${key.id}\n${'s'.repeat(257)}\n`]],
  ])('refuses %s: the key from before stays, and nothing of the input is said', async (_what, pieces) => {
    const { code, said, held } = await command(...pieces)
    expect([code, held]).toEqual([2, { id: 'before', secret: 'before' }])
    expect(said).toBe('The access key is read from standard input: its id on the first line, its secret on the second.')
  })

  it('does not read to its end what is longer than any key', async () => {
    let read = 0
    const endless = Readable.from((function* () {
      for (;;) yield Buffer.alloc(100, String((read += 1) % 10))
    })())
    expect(await s3KeyCommand(endless, memoryKeychain(), () => undefined)).toBe(2)
    expect(read).toBeLessThan(100)
  })

  it('says by its kind that the keychain does not take it, and never the key', async () => {
    const said: string[] = []
    const code = await s3KeyCommand(Readable.from([Buffer.from(whole)]), { set: () => Promise.reject(new ChartkeepError('keychain-locked', {}, { cause: key.secret })) }, (text) => void said.push(text))
    expect([code, said]).toEqual([1, ['The keychain did not take it: keychain-locked.']])
  })
})
