import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { watch } from 'node:fs'
import type { ChildProcess } from 'node:child_process'
import { z } from 'zod'
import { SetupFailure } from '../setup/step.ts'
import { ended } from './child.ts'
import type { Family } from './family.ts'

/** What the sandbox EHR writes when it answers. */
const Ready = z.object({
  baseUrl: z.url(),
  fhirBase: z.url(),
  caFile: z.string(),
  policyFile: z.string(),
  usersFile: z.string(),
  controlFile: z.string(),
})

export type SandboxReady = z.infer<typeof Ready> & {
  /** The file itself, for what is started beside it. */
  readonly readyFile: string
}

async function readReady(file: string): Promise<SandboxReady | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : { ...Ready.parse(JSON.parse(text)), readyFile: file }
}

/** Resolves once the file is there: it is written whole, by a rename. */
function appears(folder: string, file: string, signal: AbortSignal): Promise<SandboxReady> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      readReady(file).then((ready) => {
        if (ready !== undefined) resolve(ready)
      }, reject)
    }
    watch(folder, { signal }, look)
    look()
  })
}

export interface SandboxOptions {
  /** Keeps authority, keys, accounts and records between runs. */
  readonly state: string
  readonly patients?: number
  readonly port?: number
  readonly seed?: number
  /** A file of applications that are not the hospital's own. */
  readonly clients?: string
  /** Where its own words go: to the terminal, or nowhere. */
  readonly stdio: 'inherit' | 'ignore'
}

/** Starts the sandbox EHR of the project at `root` as a member of the family; resolves when it answers. */
export async function startSandbox(
  family: Family,
  root: string,
  options: SandboxOptions,
): Promise<SandboxReady & { readonly process: ChildProcess }> {
  const { state, patients = 50, port = 0, seed, clients, stdio } = options
  await mkdir(state, { recursive: true })
  const readyFile = join(state, 'ready.json')
  await rm(readyFile, { force: true })
  const args = [join(root, 'sandbox', 'main.ts'), '--state', state, '--patients', String(patients), '--ready-file', readyFile]
  // Without a port it takes the one of its last run, so that a profile's policy keeps its meaning.
  if (port !== 0) args.push('--port', String(port))
  if (seed !== undefined) args.push('--seed', String(seed))
  if (clients !== undefined) args.push('--clients', clients)
  const child = family.start(process.execPath, args, { cwd: root, stdio: ['ignore', stdio, 'inherit'] })
  const early = ended(child).then((code) => {
    throw new SetupFailure(`The sandbox EHR ended with code ${code} before it answered.`, 'What it wrote above says why.')
  })
  const enough = new AbortController()
  try {
    const ready = await Promise.race([appears(state, readyFile, enough.signal), early])
    return { ...ready, process: child }
  } finally {
    enough.abort()
    // From here on its end is the caller's to judge.
    early.catch(() => {})
  }
}

/** Prints the next code of a demo user's authenticator app; gives the exit code. */
export function printCode(family: Family, root: string, state: string, username: string): Promise<number> {
  return ended(family.start(process.execPath, [join(root, 'sandbox', 'main.ts'), '--state', state, '--code', username], { cwd: root, stdio: 'inherit' }))
}

/** The accounts of the demo, as the sandbox wrote them. */
const Users = z.array(z.looseObject({ username: z.string(), password: z.string(), name: z.string(), role: z.string(), secondFactor: z.string().optional() }))

/** The demo's users, one a line, for the terminal. */
export async function describeUsers(usersFile: string): Promise<string> {
  const parsed: unknown = JSON.parse(await readFile(usersFile, 'utf8'))
  const list = Users.parse(Array.isArray(parsed) ? parsed : z.object({ users: z.unknown() }).parse(parsed).users)
  return list.map(({ username, password, name, role, secondFactor }) => `  ${username.padEnd(12)} ${password.padEnd(24)} ${name} (${role})${secondFactor === 'always' ? ', with a code' : ''}`).join('\n')
}
