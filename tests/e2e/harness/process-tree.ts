import { readdirSync, readFileSync } from 'node:fs'

/** The process and all that descend from it, as `/proc` has them now. */
function treeOf(pid: number): readonly number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = parentOf(name)
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const tree = [pid]
  for (const each of tree) tree.push(...(children.get(each) ?? []))
  return tree
}

/** Kills it and all that descends from it, where they stand. Throws where there is no such process. */
export function killTree(pid: number | undefined): void {
  if (pid === undefined || pid <= 1) throw new Error('there is no process to kill')
  // While it stands still it starts no other.
  process.kill(pid, 'SIGSTOP')
  for (const each of treeOf(pid)) {
    try {
      process.kill(each, 'SIGKILL')
    } catch {
      // It ended with those before it.
    }
  }
}

/** The fourth field of proc(5) stat; the second, a name in brackets, may hold anything. */
function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    // It has ended meanwhile.
    return undefined
  }
}
