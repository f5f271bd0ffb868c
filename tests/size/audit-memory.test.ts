import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const Ending = z.object({ kilobytes: z.number(), holds: z.boolean().optional(), entries: z.number().optional() })

/** A process of its own, so that its memory is its own. */
async function run(script: string, ...args: readonly string[]) {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'audit', script), ...args])
  return Ending.parse(JSON.parse(stdout))
}

describe('the audit chain at ten million entries', () => {
  it('is written and verified in the memory that one million takes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chartkeep-torture-'))
    const key = generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')
    try {
      const few = { written: await run('write-entries.ts', folder, '1000000', key), verified: await run('verify-entries.ts', folder) }
      const many = { written: await run('write-entries.ts', folder, '9000000', key), verified: await run('verify-entries.ts', folder) }
      console.log(`Memory at most: written ${few.written.kilobytes} kB, then ${many.written.kilobytes} kB; verified ${few.verified.kilobytes} kB, then ${many.verified.kilobytes} kB`)
      expect(few.verified.holds).toBe(true)
      expect(many.verified).toMatchObject({ holds: true })
      expect(many.verified.entries).toBeGreaterThan(10_000_000)
      // A tenth of what the entries would take if they were kept: noise of the collector, no more.
      for (const doing of ['written', 'verified'] as const) expect(many[doing].kilobytes - few[doing].kilobytes, doing).toBeLessThan(64 * 1_024)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
