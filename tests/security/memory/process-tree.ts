import { readdirSync, readFileSync } from 'node:fs'

/** What a process of the application is for, by its command line. */
export type ProcessKind = 'main' | 'records' | 'page' | 'network' | 'gpu' | 'zygote' | 'other'

export interface TreeProcess {
  readonly pid: number
  readonly kind: ProcessKind
}

/** The process and all that descend from it, from `/proc`. */
export function processTree(root: number): TreeProcess[] {
  const parents = new Map(pids().flatMap((pid) => parentOf(pid)))
  const tree = new Set([root])
  for (let grew = true; grew; ) {
    grew = false
    for (const [pid, parent] of parents) {
      if (tree.has(parent) && !tree.has(pid)) {
        tree.add(pid)
        grew = true
      }
    }
  }
  return [...tree].map((pid) => ({ pid, kind: kindOf(pid, root) }))
}

/**
 * The main processes that were started with this switch: one, or after a restart another one that descends from nobody.
 * Not by the environment: Chromium writes its title over that.
 */
export function mainProcesses(ownSwitch: string): number[] {
  return pids().filter((pid) => {
    const command = textOf(pid, 'cmdline')
    return command.includes(ownSwitch) && !command.includes('--type=')
  })
}

/** Processor time that a process has had so far, in the kernel's ticks; 0 where it is gone. Fields 14 and 15 of proc_pid_stat(5). */
export function ticksOf(pid: number): number {
  const stat = textOf(pid, 'stat')
  const [utime = '0', stime = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 13)
  return Number(utime) + Number(stime)
}

function pids(): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number)
}

function parentOf(pid: number): [readonly [number, number]] | [] {
  // The name in parentheses may hold spaces and parentheses; the parent is the second field after it.
  const stat = textOf(pid, 'stat')
  return stat === '' ? [] : [[pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]]
}

/** Empty where the process ended while we looked, or is not ours to read. */
function textOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}

function kindOf(pid: number, root: number): ProcessKind {
  if (pid === root) return 'main'
  const command = textOf(pid, 'cmdline')
  if (command.includes('--type=renderer')) return 'page'
  if (command.includes('--type=gpu-process')) return 'gpu'
  if (command.includes('--type=zygote')) return 'zygote'
  if (command.includes('network.mojom')) return 'network'
  return command.includes('node.mojom') ? 'records' : 'other'
}
