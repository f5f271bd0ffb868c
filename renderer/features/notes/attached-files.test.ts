import { describe, expect, it } from 'vitest'
import type { Attachment } from '../../../shared/contract/attachments.ts'
import { CallFailure } from '../../bridge/index.ts'
import { AttachedFiles } from './attached-files.ts'

const scan: Attachment = { id: '0b0ce0a8-3f3d-4d0e-9d53-1f6f2a3d9a11', name: 'scan.pdf', kind: 'pdf', contentType: 'application/pdf', bytes: 10, addedAt: 1, upload: { state: 'kept' } }
const failure = { kind: 'offline', correlation: '0badf00d' }

/** Files whose every reading the test answers itself, in the order that it likes. */
function bench() {
  const readings: { answer: (files: readonly Attachment[]) => void; fail: () => void }[] = []
  const files = new AttachedFiles(
    () => new Promise((resolve, reject) => readings.push({ answer: resolve, fail: () => reject(new CallFailure('offline', '0badf00d')) })),
  )
  const reading = (number: number) => {
    const found = readings[number]
    if (found === undefined) throw new Error(`It was read ${readings.length} times.`)
    return found
  }
  return { files, reading }
}

describe('the files of a note', () => {
  it('that could not be read are told as such, never as none, and are there when somebody tries again', async () => {
    const { files, reading } = bench()
    const first = files.refresh()
    expect(files.getKnown()).toEqual({ files: undefined, failure: undefined })
    reading(0).fail()
    await first
    expect(files.getKnown()).toEqual({ files: undefined, failure })
    const second = files.refresh()
    expect(files.getKnown()).toEqual({ files: undefined, failure: undefined })
    reading(1).answer([scan])
    await second
    expect(files.getKnown()).toEqual({ files: [scan], failure: undefined })
  })

  it('stay in sight while they cannot be read anew', async () => {
    const { files, reading } = bench()
    const first = files.refresh()
    reading(0).answer([scan])
    await first
    const second = files.refresh()
    reading(1).fail()
    await second
    expect(files.getKnown()).toEqual({ files: [scan], failure })
  })

  it('are those of the last reading, also where an earlier one answers after it', async () => {
    const { files, reading } = bench()
    const both = [files.refresh(), files.refresh()]
    reading(1).answer([])
    reading(0).answer([scan])
    await Promise.all(both)
    expect(files.getKnown()).toEqual({ files: [], failure: undefined })
  })

  it('stand as was told last, also where the answer to a reading was given before that and comes after it', async () => {
    const { files, reading } = bench()
    const sent = { state: 'sent', at: 5 } as const
    const sending: Attachment = { ...scan, upload: { state: 'sending', share: 0.5 } }
    // As after an unlock, while a file that was interrupted goes on by itself.
    const first = files.refresh()
    files.stands(scan.id, sent)
    reading(0).answer([sending])
    await first
    expect(files.getKnown().files).toEqual([{ ...scan, upload: sent }])
    const second = files.refresh()
    reading(1).answer([scan])
    await second
    expect(files.getKnown().files).toEqual([scan])
  })

  it('are told where each is on its way', async () => {
    const { files, reading } = bench()
    let told = 0
    const leave = files.subscribe(() => (told += 1))
    const first = files.refresh()
    reading(0).answer([scan])
    await first
    files.stands(scan.id, { state: 'waiting' })
    files.stands('another', { state: 'unconfirmed' })
    expect(files.getKnown().files).toEqual([{ ...scan, upload: { state: 'waiting' } }])
    const before = told
    leave()
    files.stands(scan.id, { state: 'kept' })
    expect(told).toBe(before)
  })
})
