import { readdirSync, readFileSync } from 'node:fs'

/** What a process of the application is for, by its command line. */
export type ProcessKind = 'main' | 'records' | 'page' | 'network' | 'gpu' | 'zygote' | 'other'

export interface TreeProcess {
  readonly pid: number
  readonly kind: ProcessKind
}

/** The process and all that descend from it, from `/proc`. */
export function processTree(root: number): TreeProcess[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      // The name in parentheses may hold spaces and parentheses; the parent is the second field after it.
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // It ended while we looked.
    }
  }
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

function kindOf(pid: number, root: number): ProcessKind {
  if (pid === root) return 'main'
  let command = ''
  try {
    command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return 'other'
  }
  if (command.includes('--type=renderer')) return 'page'
  if (command.includes('--type=gpu-process')) return 'gpu'
  if (command.includes('--type=zygote')) return 'zygote'
  if (command.includes('network.mojom')) return 'network'
  return command.includes('node.mojom') ? 'records' : 'other'
}
