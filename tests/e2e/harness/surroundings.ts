import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { roles } from '../../../sandbox/types.ts'

/** What the command that runs a script of ours puts into its environment. */
const Environment = z.object({
  CHARTKEEP_ELECTRON: z.string(),
  CHARTKEEP_APP: z.string(),
  CHARTKEEP_SANDBOX_READY: z.string().optional(),
})

const Ready = z.object({ baseUrl: z.string(), fhirBase: z.string(), caFile: z.string(), policyFile: z.string(), usersFile: z.string(), controlFile: z.string(), pid: z.number() })
export type SandboxReady = z.infer<typeof Ready>

const Account = z.object({ username: z.string(), password: z.string(), name: z.string(), role: z.enum(roles), practitioner: z.string() })
export type Account = z.infer<typeof Account>

export const electronPath = (): string => Environment.parse(process.env).CHARTKEEP_ELECTRON
export const appFolder = (): string => Environment.parse(process.env).CHARTKEEP_APP

/** The sandbox EHR that was started for this script. Throws where there is none. */
export function sandboxReady(): SandboxReady {
  const file = Environment.parse(process.env).CHARTKEEP_SANDBOX_READY
  if (file === undefined) throw new Error('no sandbox was started for this script')
  return Ready.parse(JSON.parse(readFileSync(file, 'utf8')))
}

/** The sandbox's accounts, passwords included: made at its first start. */
export function accountsOf(ready: Pick<SandboxReady, 'usersFile'>): readonly Account[] {
  return z.object({ users: z.array(Account) }).parse(JSON.parse(readFileSync(ready.usersFile, 'utf8'))).users
}

/** An account by its user name. Throws where there is none. */
export function accountNamed(ready: Pick<SandboxReady, 'usersFile'>, username: string): Account {
  const account = accountsOf(ready).find((each) => each.username === username)
  if (!account) throw new Error(`the sandbox has no account ${username}`)
  return account
}
