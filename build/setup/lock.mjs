import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync, linkSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

const holderOf = (file) => {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** The file appears whole, with our pid in it, or not at all: a hard link is atomic, and refused where one stands. */
function tryLock(file) {
  const own = `${file}.${process.pid}`
  writeFileSync(own, String(process.pid))
  try {
    linkSync(own, file)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  } finally {
    rmSync(own, { force: true })
  }
}

/** Puts aside the lock of a process that is gone. Renaming decides between two that both saw it: the second finds nothing to rename. */
function dropStale(file, pid) {
  const aside = `${file}.stale.${process.pid}`
  try {
    renameSync(file, aside)
  } catch {
    return
  }
  const moved = holderOf(aside)
  // Between our look and our move a living process took the lock: give it back.
  if (moved !== pid && moved !== undefined && isAlive(moved)) {
    try {
      linkSync(aside, file)
    } catch {
      // Someone else holds it by now; two holders repeat idempotent work, they do not damage it (every step renames into place).
    }
  }
  rmSync(aside, { force: true })
}

/**
 * Holds a lock among processes of this machine, waiting as long as another living process has it. A killed holder's lock is taken over.
 *
 * @param {string} file the lock file
 * @param {() => void} [onWait] told once, when it has to wait
 * @returns {Promise<() => void>} releases the lock
 */
export async function holdLock(file, onWait = () => {}) {
  mkdirSync(dirname(file), { recursive: true })
  let told = false
  while (!tryLock(file)) {
    const pid = holderOf(file)
    if (pid !== undefined && !isAlive(pid)) {
      dropStale(file, pid)
      continue
    }
    if (!told) {
      told = true
      onWait()
    }
    await delay(200)
  }
  const release = () => {
    if (holderOf(file) === process.pid) rmSync(file, { force: true })
  }
  process.once('exit', release)
  return () => {
    process.off('exit', release)
    release()
  }
}
