import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { errorCode } from '../shared/error-code.ts'
import { nextCodeIn } from './auth/code-command.ts'
import { NoRoom, type Progress } from './hospital/index.ts'
import { type Sandbox, startSandbox } from './server.ts'
import { writeWhole } from './state.ts'

const usage = `node sandbox/main.ts [options]

  --port N           https port on 127.0.0.1 (default: that of the last run, else any)
  --state DIR        keeps authority, keys, passwords and records between runs (default: nothing is kept)
  --patients N       synthetic people (default 50)
  --seed N           which ones (default 1)
  --clients FILE     applications that are not the hospital's own (sandbox/README.md)
  --code NAME        prints the next code of a demo user's authenticator app, and ends; needs --state
  --ready-file FILE  written when the sandbox answers: where it is and which files describe it
`

const Arguments = z.object({
  port: z.coerce.number().int().min(0).max(65_535).default(0),
  state: z.string().min(1).optional(),
  patients: z.coerce.number().int().min(0).max(1_000_000).default(50),
  seed: z.coerce.number().int().min(0).default(1),
  clients: z.string().min(1).optional(),
  code: z.string().min(1).optional(),
  'ready-file': z.string().min(1).optional(),
})

function readArguments(): z.infer<typeof Arguments> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      state: { type: 'string' },
      patients: { type: 'string' },
      seed: { type: 'string' },
      clients: { type: 'string' },
      code: { type: 'string' },
      'ready-file': { type: 'string' },
    },
  })
  return Arguments.parse(values)
}

const appWords = { always: 'each time ', 'when-asked': 'if asked  ' } as const

function table(sandbox: Sandbox): string {
  const rows = [
    ['User name', 'Password', 'Name', 'Role', 'Authenticator app'],
    ...sandbox.users.map(({ username, password, name, role, secondFactor, otpauth }) => [username, password, name, role, otpauth === undefined ? '' : `${appWords[secondFactor ?? 'always']}  ${otpauth}`]),
  ]
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(width(column))).join('  ').trimEnd()}`).join('\n')
}

async function announce(sandbox: Sandbox, readyFile: string | undefined): Promise<void> {
  process.stdout.write(`Sandbox EHR (synthetic patients) at ${sandbox.baseUrl}\n\n${table(sandbox)}\n`)
  if (readyFile === undefined) return
  const { baseUrl, fhirBase, files } = sandbox
  const ready = {
    baseUrl,
    fhirBase,
    caFile: files.ca,
    policyFile: files.policy,
    usersFile: files.users,
    controlFile: files.control,
    pid: process.pid,
  }
  await writeWhole(resolve(readyFile), `${JSON.stringify(ready, null, 2)}\n`)
}

/** The code as the app of a demo user would show it: for a person at the sign-in page, beside a sandbox that runs. */
async function printCode(username: string, state: string | undefined): Promise<void> {
  if (state === undefined) throw new Error('--code needs --state: that of the sandbox that runs.')
  const code = await nextCodeIn(resolve(state), username, { now: () => Date.now() })
  process.stdout.write(`${code}\n`)
}

/** The order to stop, by signal; also one that comes while the sandbox is starting. */
function stopOrder(): AbortSignal {
  const order = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => order.abort())
  return order.signal
}

/** Says how far the making of a large population is: in one line on a terminal, line by line in a log. */
function sayProgress(): (progress: Progress) => void {
  const began = performance.now()
  let said = began
  return ({ patients, of, records }) => {
    const now = performance.now()
    const isEnd = patients === of && said > began
    if (!isEnd && now - said < (process.stderr.isTTY ? 500 : 10_000)) return
    said = now
    const left = Math.ceil(((now - began) / patients) * (of - patients) / 1000)
    const counted = (number: number) => number.toLocaleString('en-US')
    const line = `Making patients: ${counted(patients)} of ${counted(of)}, ${counted(records)} records, about ${left} s left`
    process.stderr.write(process.stderr.isTTY ? `\r${line}\u001B[K${isEnd ? '\n' : ''}` : `${line}\n`)
  }
}

async function run(): Promise<void> {
  const { port, state, patients, seed, clients, code, 'ready-file': readyFile } = readArguments()
  if (code !== undefined) return printCode(code, state)
  const signal = stopOrder()
  // One that a kill -9 left behind would tell of a sandbox that is not there.
  if (readyFile !== undefined) await rm(resolve(readyFile), { force: true })
  const sandbox = await startSandbox({
    port, patients, seed, signal, onProgress: sayProgress(),
    ...(state === undefined ? {} : { stateDir: resolve(state) }),
    ...(clients === undefined ? {} : { clientsFile: resolve(clients) }),
  })
  await announce(sandbox, readyFile)
  if (!signal.aborted) await once(signal, 'abort')
  await sandbox.close()
  if (readyFile !== undefined) await rm(resolve(readyFile), { force: true })
}

function explain(error: unknown): string {
  if (error instanceof z.ZodError) return `${z.prettifyError(error)}\n\n${usage}`
  if (!(error instanceof Error)) return String(error)
  if (error instanceof NoRoom) return error.message
  if (error.name === 'AbortError') return 'It was told to stop while it was making patients. Nothing was kept of them.'
  if (errorCode(error) === 'EADDRINUSE') return 'The port is taken: choose another with --port, or stop what listens there.'
  if (errorCode(error) === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `${error.message}\n\n${usage}`
  return error.stack ?? error.message
}

try {
  await run()
} catch (error) {
  process.stderr.write(`The sandbox did not start. ${explain(error)}\n`)
  process.exitCode = 1
}
