import { statfs } from 'node:fs/promises'

/** What a patient's records and their index take on disk: measured, see README.md, and a fifth more for sorting the indexes. */
const bytesPerPatient = 600_000
const bytesForTheCases = 150_000_000

/** Too little room on the disk for a population. The message says how much is missing, and where. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom'
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`

/** @throws NoRoom where `folder` is on a disk without room for that many patients: known before an hour is spent, not after. */
export async function assertRoom(folder: string, patients: number, free: (folder: string) => Promise<number> = freeBytes): Promise<void> {
  const needed = bytesForTheCases + patients * bytesPerPatient
  const there = await free(folder)
  if (there < needed) {
    throw new NoRoom(`${patients.toLocaleString('en-US')} patients take about ${gigabytes(needed)} of disk, and ${folder} has ${gigabytes(there)} free. Ask for fewer, or keep the state elsewhere.`)
  }
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
