import { chmodSync, existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import electronLog from 'electron-log/node'
import type { LogSink } from './log.ts'

/** One file and its predecessor: about 2 MB at most on the disk. */
const maxBytes = 1_000_000

/**
 * Opens `<folder>/logs/chartkeep.log`, readable by its owner alone, and its predecessor `chartkeep.1.log`. A log that
 * cannot be written is no reason to stop a clinician: the line is lost, and the audit chain, not the log, is the record.
 */
export function openLogFile(folder: string): LogSink {
  const logs = join(folder, 'logs')
  const path = join(logs, 'chartkeep.log')
  try {
    mkdirSync(logs, { recursive: true, mode: 0o700 })
    if (existsSync(path)) chmodSync(path, 0o600)
  } catch {
    // Written below or lost; either way the sink answers for it.
  }
  const logger = electronLog.create({ logId: `chartkeep:${path}` })
  // The library tells its own troubles on the console, with the path of the file, which names the user's home.
  for (const { transports } of [electronLog, logger]) {
    transports.console.writeFn = () => {}
    transports.console.level = false
  }
  const { file } = logger.transports
  // Else it looks for a package.json from the working folder upwards, and where there is none it writes nothing.
  file.setAppName('Chartkeep')
  file.resolvePathFn = () => path
  file.format = '{text}'
  file.maxSize = maxBytes
  file.writeOptions = { flag: 'a', mode: 0o600, encoding: 'utf8' }
  file.archiveLogFn = (old) => {
    try {
      renameSync(path, join(logs, 'chartkeep.1.log'))
    } catch {
      old.clear()
    }
  }
  return (line) => logger.info(line)
}
