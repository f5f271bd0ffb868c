import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { besideVaults } from './beside-vaults.ts'

const [amara, nils] = ['a'.repeat(26), 'n'.repeat(26)]
let vaults = ''

beforeEach(() => {
  vaults = mkdtempSync(join(tmpdir(), 'chartkeep-beside-'))
  for (const user of [amara, nils]) mkdirSync(join(vaults, user))
})
afterEach(() => rmSync(vaults, { recursive: true }))

const fileOf = (user: string) => join(vaults, user, 'left.json')
const open = () => besideVaults(vaults, 'left.json', z.strictObject({ at: z.number() }))
const shred = () => rm(join(vaults, amara), { recursive: true })

describe('what is kept in clear beside a vault that is wiped', () => {
  it('is written to its end first, so that nothing falls into a folder that is being removed, and is not known any more', async () => {
    const beside = open()
    beside.tell(amara, { at: 1 })
    // It has begun.
    await Promise.resolve()
    let wasThere = false
    await beside.wiped(amara, () => ((wasThere = existsSync(fileOf(amara))), shred()))
    expect([wasThere, beside.of(amara), [...beside.all()]]).toEqual([true, undefined, []])
  })

  it('is not written by what comes while it is wiped, though its owner signs in anew at once', async () => {
    const beside = open()
    await beside.wiped(amara, async () => {
      beside.tell(amara, { at: 2 })
      await shred()
    })
    mkdirSync(join(vaults, amara))
    beside.tell(nils, { at: 3 })
    // What was told before that is written by now, if ever.
    await vi.waitFor(() => expect(readFileSync(fileOf(nils), 'utf8')).toBe('{"at":3}'))
    expect([existsSync(fileOf(amara)), beside.of(amara)]).toEqual([false, undefined])
    beside.tell(amara, { at: 4 })
    await vi.waitFor(() => expect(readFileSync(fileOf(amara), 'utf8')).toBe('{"at":4}'))
  })

  it('is not written any more where the wipe could not be finished: the next start goes on with it', async () => {
    const beside = open()
    await expect(beside.wiped(amara, () => Promise.reject(new Error('busy')))).rejects.toThrow('busy')
    beside.tell(amara, { at: 2 })
    beside.tell(nils, { at: 3 })
    await vi.waitFor(() => expect(existsSync(fileOf(nils))).toBe(true))
    expect([existsSync(fileOf(amara)), beside.of(amara)]).toEqual([false, undefined])
  })
})
