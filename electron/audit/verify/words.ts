import type { Fault, Verdict } from './verdict.ts'

/** A verdict in sentences, for the person who asked: the first says whether the chain holds. */
export function words(verdict: Verdict): string {
  const { holds, faults, files, entries, from, isPruned, head, signed } = verdict
  const range = head === undefined ? 'no entry' : `${count(entries, 'entry', 'entries')} (${from} to ${head.seq}) in ${count(files, 'file', 'files')}`
  const lines = [
    holds ? `The chain holds: ${range}.` : `THE CHAIN DOES NOT HOLD. Proven up to there: ${range}.`,
    ...faults.map((fault) => `${where(fault)} ${how(fault)}`),
    ...(holds && isPruned ? [`What was before entry ${from} is not here: the workstation has removed it, once every place that keeps a copy had it, and signed that it did.`] : []),
    ...(head ? [`Last entry proven: ${head.seq}:${head.hash}`] : []),
    signed ? `Last checkpoint: ${signed.seq}:${signed.hash}, signed by device ${signed.device} with the key ${signed.key}. ${count((head?.seq ?? 0) - signed.seq, 'entry', 'entries')} after it.` : 'No checkpoint: nothing here is signed.',
  ]
  return lines.join('\n')
}

const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`

function where({ file, line, seq }: Fault): string {
  return line === 0 ? `Entry ${seq} (chain-${file}.jsonl, at its end)` : `Entry ${seq} (chain-${file}.jsonl, line ${line})`
}

function how({ kind, missing, by }: Fault): string {
  switch (kind) {
    case 'changed':
      return 'was changed: it is not what its hash stands for.'
    case 'removed':
      return `was removed${missing === undefined ? '' : `: ${count(missing, 'entry is', 'entries are')} missing`}.`
    case 'reordered':
      return 'was moved: the entry that belongs here stands further on.'
    case 'repeated':
      return 'stands here a second time.'
    case 'forked':
      return 'belongs to another history of this chain: two were continued from one, or the chain before it was written anew.'
    case 'truncated':
      return `is cut off${missing === undefined ? ': its line was never finished' : `: the anchor is ${count(missing, 'entry', 'entries')} further`}.`
    case 'rolled-back':
      return missing === undefined ? 'says that the chain was put back to an older state before it.' : `is missing: the chain ends whole at a checkpoint, ${count(missing, 'entry', 'entries')} before the anchor. It was put back to an older state, or cut there.`
    case 'another-device':
      return 'was written or signed by another device.'
    case 'forged':
      return 'is a checkpoint, or says where the chain begins, and its key has not signed it.'
    case 'unsigned':
      return 'stands among more entries without a checkpoint than this application leaves.'
    case 'clock-back':
      return `was written after the clock was set back by ${Math.round((by ?? 0) / 1_000)} s.`
  }
}
