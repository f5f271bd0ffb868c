import type { SandboxOptions } from '../../../sandbox/server.ts'
import { openProbe, smallSandbox } from '../sandbox-client.ts'
import { openAsk, tokensOf } from './desk.ts'

/** An EHR of a file's own that gives orders, and the ways to ask it. */
export async function openSite(options: SandboxOptions = {}) {
  const sandbox = await smallSandbox(options)
  const probe = await openProbe(sandbox)
  const { ask, close } = openAsk(sandbox)
  return {
    sandbox,
    probe,
    ask,
    /** What somebody of the support desk, the first or the second, shows to be let in. */
    desk: async (index = 0) => `Bearer ${(await tokensOf(sandbox, probe, 'support', index)).access_token}`,
    close: async () => {
      await close()
      await probe.close()
      await sandbox.close()
    },
  }
}
export type Site = Awaited<ReturnType<typeof openSite>>
