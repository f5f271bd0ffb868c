import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { bootId } from './boot.ts'

it('tells one start of the machine from another, as far as the system says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chartkeep-boot-'))
  const said = (text: string) => {
    writeFileSync(join(folder, 'boot_id'), text)
    return bootId(join(folder, 'boot_id'))
  }
  expect(said('d902f12a-34c2-4a43-81ad-710e981e6baf\n')).toBe('d902f12a')
  expect([said(''), said('unknown'), bootId(join(folder, 'none'))]).toEqual([undefined, undefined, undefined])
  if (process.platform === 'linux') expect(bootId()).toMatch(/^[0-9a-f]{8}$/)
  rmSync(folder, { recursive: true })
})
