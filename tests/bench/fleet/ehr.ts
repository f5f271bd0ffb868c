import { readFileSync } from 'node:fs'
import { connect } from 'node:tls'
import type { Family } from '../../../build/run/family.ts'
import { startSandbox } from '../../../build/run/sandbox.ts'
import { freshSandboxState } from '../../../build/run/sandbox-state.ts'
import { nextCodeIn } from '../../../sandbox/auth/code-command.ts'
import { accountsOf } from '../../e2e/harness/surroundings.ts'
import { openAsk, openStation } from '../../integration/lockout/desk.ts'
import { openBrowser } from '../../integration/sandbox-browser.ts'
import { openProbe, signIn } from '../../integration/sandbox-client.ts'

/** The processor time that a process has taken, all its threads together, from `/proc/<pid>/stat`: milliseconds, by tens. */
function cpuOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // Behind the name, which may hold anything: utime and stime are fields 14 and 15.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** A sandbox in a process of its own, and what the bench asks of it. */
export async function openEhr(family: Family, root: string, state: string) {
  await freshSandboxState(family, root, state, 50)
  const place = await startSandbox(family, root, { state, patients: 50, stdio: 'ignore' })
  const caPem = readFileSync(place.caFile, 'utf8')
  const probe = await openProbe({ ...place, caPem })
  const { ask, close } = openAsk({ ...place, caPem })
  const pid = place.process.pid ?? 0

  /** Milliseconds of the server's processors that something takes. */
  async function cost(work: () => Promise<unknown>): Promise<number> {
    const before = cpuOf(pid)
    await work()
    return cpuOf(pid) - before
  }

  /** A whole sign-in in a browser of its own, as somebody of a role: the token. */
  async function token(role: string, index = 0, scope = 'openid fhirUser offline_access user/*.rs'): Promise<string> {
    const account = accountsOf(place).filter((one) => one.role === role)[index]
    if (account === undefined) throw new Error(`the sandbox has no ${role} ${index}`)
    const code = role === 'support' ? (await nextCodeIn(state, account.username, { now: () => Date.now() })).replace(' ', '') : undefined
    const browser = openBrowser(caPem)
    try {
      const asked = await probe.ask({ scope })
      const landing = await signIn(browser, asked.url, account, code === undefined ? undefined : () => ({ code, secondsLeft: 30 }))
      return (await probe.redeem(landing, asked)).access_token
    } finally {
      await browser.close()
    }
  }

  return {
    place, ask, cost, token,
    cpu: () => cpuOf(pid),
    station: () => openStation({ baseUrl: place.baseUrl }, ask),
    /** A connection that asks for nothing. */
    connection: () =>
      new Promise<void>((resolve, reject) => {
        const { hostname, port } = new URL(place.baseUrl)
        const socket = connect({ host: hostname, port: Number(port), ca: caPem }, () => socket.end())
        socket.once('close', () => resolve()).once('error', reject)
      }),
    close: async () => {
      await Promise.all([close(), probe.close()])
    },
  }
}
export type FleetEhr = Awaited<ReturnType<typeof openEhr>>
