import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Asking, fileDialogs } from '../../electron/windows/file-dialog/ask.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartkeep-asking-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A process in the place of the one that shows a dialog: what it does when it is asked. */
function asks(deed: string, toOpen = 20_000): Asking {
  const note = JSON.stringify(join(folder, 'pid'))
  const script = `
    const open = () => process.send({ is: 'open' })
    const answer = (path) => process.send({ is: 'answered', path })
    process.on('message', (question) => {
      require('node:fs').writeFileSync(${note}, String(process.pid))
      ${deed}
    })`
  return fileDialogs({ program: process.execPath, args: ['-e', script], env: process.env, toOpen })({ is: 'open' })
}

/** Which process was asked. */
async function asked(): Promise<number> {
  await expect.poll(() => readFile(join(folder, 'pid'), 'utf8').catch(() => ''), { timeout: 10_000 }).not.toBe('')
  return Number(await readFile(join(folder, 'pid'), 'utf8'))
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const over = async () => {
  const pid = await asked()
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false)
}

describe('The dialog for a file, in a process of its own', () => {
  it('gives the path that was chosen, and ends', async () => {
    expect(await asks("open(); answer('/chosen')").answer).toBe('/chosen')
    await over()
  })

  it('asks what it was told to ask', async () => {
    const question = { is: 'save', name: 'audit-trail.csv', kind: 'CSV', extension: 'csv' } as const
    const script = "process.on('message', (asked) => process.send({ is: 'answered', path: '/' + JSON.stringify(asked) }))"
    expect(await fileDialogs({ program: process.execPath, args: ['-e', script], env: process.env, toOpen: 20_000 })(question).answer).toBe(`/${JSON.stringify(question)}`)
  })

  it('gives nothing where the person leaves it', async () => {
    expect(await asks('open(); answer(undefined)').answer).toBeUndefined()
  })

  it('is ended at once when it is left, however it clings, and what is chosen in it then is chosen by nobody @164.312(a)(2)(iii)', async () => {
    const asking = asks("for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => answer('/chosen/behind/the/lock')); process.on('disconnect', () => {}); setInterval(() => {}, 1_000); open()")
    await asked()
    asking.leave()
    expect(await asking.answer).toBeUndefined()
    await over()
  })

  it('fails where the program is not there, ends without an answer, or does not come up in time', async () => {
    await expect(fileDialogs({ program: '/nowhere/chartkeep', args: [], env: {}, toOpen: 20_000 })({ is: 'open' }).answer).rejects.toMatchObject({ kind: 'file-dialog' })
    await expect(asks('process.exit(0)').answer).rejects.toMatchObject({ kind: 'file-dialog' })
    await expect(asks('', 300).answer).rejects.toMatchObject({ kind: 'file-dialog' })
  })

  it('waits for the person for as long as it takes, once the dialog is there', async () => {
    expect(await asks("open(); setTimeout(() => answer('/late'), 1_500)", 1_000).answer).toBe('/late')
  })

  it.each(["process.send('/chosen')", "process.send({ is: 'answered', path: 'relative.csv' })", "process.send({ is: 'answered', path: '/' + 'x'.repeat(40_000) })", "process.send({ is: 'answered', path: '/x', more: 1 })"])('takes %s for a failure, not for a path', async (deed) => {
    await expect(asks(deed).answer).rejects.toMatchObject({ kind: 'file-dialog' })
  })
})
