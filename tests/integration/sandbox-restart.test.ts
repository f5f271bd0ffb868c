import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import * as client from 'openid-client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { Policy } from '../../shared/policy.ts'
import { openProbe, signedIn, smallSandbox } from './sandbox-client.ts'

const Ready = z.strictObject({
  baseUrl: z.url(),
  fhirBase: z.url(),
  caFile: z.string(),
  policyFile: z.string(),
  usersFile: z.string(),
  controlFile: z.string(),
  pid: z.number(),
})

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartkeep-restart-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('a sandbox that is restarted', () => {
  it('is at the same place with the same authority and passwords, and knows its tokens', async () => {
    const first = await smallSandbox({ stateDir: folder })
    const probe = await openProbe(first)
    const tokens = await signedIn(first, probe)
    await probe.close()
    await first.close()

    const second = await smallSandbox({ stateDir: folder })
    expect(second).toMatchObject({ baseUrl: first.baseUrl, caPem: first.caPem, pin: first.pin, users: first.users })
    const again = await openProbe(second)
    expect(await again.api('Patient?_count=1', tokens.access_token)).toBe(200)
    const refreshed = await client.refreshTokenGrant(again.config, tokens.refresh_token ?? '')
    expect(refreshed.claims()?.sub).toBe(tokens.claims()?.sub)
    expect((await signedIn(second, again)).claims()?.sub).toBe(tokens.claims()?.sub)
    await again.close()
    await second.close()
  })

  it('still bars who was barred', async () => {
    const first = await smallSandbox({ stateDir: folder })
    const [user] = first.users
    first.revokeUser(user?.username ?? '')
    await first.close()
    const second = await smallSandbox({ stateDir: folder })
    const probe = await openProbe(second)
    await expect(signedIn(second, probe, user?.role)).rejects.toThrow('no callback')
    await probe.close()
    await second.close()
  })

  it('signs with another algorithm where it is told to', async () => {
    const sandbox = await smallSandbox({ stateDir: folder })
    sandbox.faults.set({ idTokenAlgorithm: 'ES384' })
    const probe = await openProbe(sandbox, { algorithm: 'ES384' })
    client.enableNonRepudiationChecks(probe.config)
    expect((await signedIn(sandbox, probe)).claims()?.iss).toBe(`${sandbox.baseUrl}/auth`)
    await probe.close()
    await sandbox.close()
  })
})

describe('the command', () => {
  const start = (...more: string[]): ChildProcess =>
    spawn(process.execPath, [resolve('sandbox/main.ts'), '--state', join(folder, 'a state'), '--patients', '2', ...more], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  const readyFile = () => join(folder, 'ready.json')
  const isReady = () =>
    vi.waitFor(async () => Ready.parse(JSON.parse(await readFile(readyFile(), 'utf8'))), { timeout: 30_000, interval: 50 })

  it('says where it is, hands out a policy that the client takes, and keeps its passwords to its owner', async () => {
    const child = start('--ready-file', readyFile())
    const ready = await isReady()
    expect(ready.pid).toBe(child.pid)
    const policy = Policy.parse(JSON.parse(await readFile(ready.policyFile, 'utf8')))
    expect(policy).toMatchObject({ ehr: { fhirBase: ready.fhirBase, clientId: 'chartkeep-desktop', caFile: ready.caFile } })
    expect((await stat(ready.usersFile)).mode & 0o077).toBe(0)
    expect((await stat(ready.controlFile)).mode & 0o077).toBe(0)
    expect((await stat(join(folder, 'a state'))).mode & 0o077).toBe(0)

    const before = performance.now()
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
    expect(performance.now() - before).toBeLessThan(1_000)
    await expect(stat(readyFile())).rejects.toThrow('ENOENT')
  })

  it('comes back after kill -9 at the same place', async () => {
    const first = start('--ready-file', readyFile())
    const { baseUrl } = await isReady()
    first.kill('SIGKILL')
    await once(first, 'exit')
    await rm(readyFile())
    const second = start('--ready-file', readyFile())
    expect((await isReady()).baseUrl).toBe(baseUrl)
    second.kill('SIGINT')
    expect(await once(second, 'exit')).toEqual([0, null])
  })

  it('makes its patients anew after kill -9 in the middle of making them, and stops at once when told to meanwhile', async () => {
    const draft = join(folder, 'a state', 'fhir.db.draft')
    const isMaking = () => vi.waitFor(() => stat(draft), { timeout: 30_000, interval: 20 })
    const stopped = start('--ready-file', readyFile(), '--patients', '30')
    await isMaking()
    stopped.kill('SIGTERM')
    expect(await once(stopped, 'exit')).toEqual([1, null])
    await expect(stat(draft)).rejects.toThrow('ENOENT')
    const killed = start('--ready-file', readyFile(), '--patients', '30')
    await isMaking()
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    expect((await stat(draft)).isFile()).toBe(true)
    const third = start('--ready-file', readyFile())
    await isReady()
    await expect(stat(draft)).rejects.toThrow('ENOENT')
    third.kill('SIGTERM')
    expect(await once(third, 'exit')).toEqual([0, null])
  })

  it('says what is wrong with what it was told', async () => {
    const child = start('--port', '70000')
    const words: string[] = []
    child.stderr?.setEncoding('utf8').on('data', (text: string) => words.push(text))
    const [code] = await once(child, 'close')
    expect(code).toBe(1)
    expect(words.join('')).toContain('--port')
  })
})
