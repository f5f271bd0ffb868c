import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Family } from '../../../build/run/family.ts'
import { Said, type Told } from './told.ts'

/** Workstations in processes of their own. */
export interface Crowd {
  register(token: string): Promise<void>
  /** Lets them start, evenly over so long. */
  begin(overMs: number): Promise<void>
  /** When each of them that was told to lock was told so, in epoch milliseconds. */
  dark(): Promise<readonly number[]>
  end(): Promise<void>
}

/** A poll and a report at the same time; and what a process has open besides. */
const filesEach = 2
const otherFiles = 400

/** The soft limit of this process, which Node has raised as far as it may and which what it starts inherits. Undefined where it cannot be read. */
function mostFiles(): number | undefined {
  const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
  return soft === undefined ? undefined : Number(soft)
}

/** Throws, with what to do, where this machine does not let the server have a connection for each of them. */
export function checkFiles(workstations: number): void {
  const [most, needed] = [mostFiles(), workstations * filesEach + otherFiles]
  if (most !== undefined && most < needed) throw new Error(`${workstations} workstations need ${needed} open files in the server, and this machine allows ${most}: raise the limit (ulimit -n ${needed}) and run it again.`)
}

export function openCrowd(family: Family, { fhirBase, caFile }: { readonly fhirBase: string; readonly caFile: string }, workstations: number, processes: number): Crowd {
  const shares = Array.from({ length: processes }, (_, index) => Math.floor(((index + 1) * workstations) / processes) - Math.floor((index * workstations) / processes))
  const children = shares.map((share) => family.start(process.execPath, [join(import.meta.dirname, 'workstations.ts'), fhirBase, caFile, String(share)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }))

  async function tell(child: ChildProcess, told: Told): Promise<Said> {
    const answer = once(child, 'message')
    const gone = once(child, 'exit').then(() => {
      throw new Error('a process of workstations has ended before its time')
    })
    child.send(told)
    const [message] = await Promise.race([answer, gone])
    return Said.parse(message)
  }
  const tellAll = (told: Told) => Promise.all(children.map((child) => tell(child, told)))

  return {
    register: async (token) => void (await tellAll({ do: 'register', token })),
    begin: async (overMs) => void (await tellAll({ do: 'begin', overMs })),
    dark: async () => (await tellAll({ do: 'tell' })).flatMap((said) => (said.did === 'tell' ? said.dark : [])),
    end: async () => {
      const gone = children.map((child) => once(child, 'exit'))
      for (const child of children) child.send({ do: 'end' } satisfies Told)
      await Promise.all(gone)
    },
  }
}
