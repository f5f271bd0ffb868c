import { writeSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { createDrafts } from '../../../electron/records/work/drafts.ts'
import { outboxAddress, putOutboxRow } from '../../../electron/records/outbox/row.ts'
import { DraftSaver } from '../../../renderer/features/notes/draft-saver.ts'
import { deskOf, profileIn } from './desk.ts'
import { orderOf, type Step } from './orders.ts'
import { beatMs, patients, type Stroke, strokes } from './typing.ts'

// One life of the application: opens the vault, types notes and makes changes, and closes the vault when it is told to. It says all it does, in the order in
// which it does it, in lines that are in the pipe when they are written: what was said before a kill is read after it.
const [folder = '', seed = '0', firstOrder = '0', fatal = '', micros = '0'] = process.argv.slice(2)
/** Of the system, the same for all processes, ms. */
const clock = () => Number(process.hrtime.bigint() / 1_000n) / 1_000
const say = (word: string, ...more: readonly (string | number)[]) => void writeSync(1, `${[word, clock(), ...more].join(' ')}\n`)

/** `fatal` is a step, as `write 7` or `closing 1`: the process ends so many microseconds after it was said. */
const signal = new Int32Array(new SharedArrayBuffer(4))
if (fatal !== '') new Worker(new URL('executioner.ts', import.meta.url), { workerData: { signal, micros: Number(micros) } }).unref()
function begins(step: string): void {
  if (step !== fatal) return
  Atomics.store(signal, 0, 1)
  Atomics.notify(signal, 0)
}

const desk = deskOf(profileIn(folder))
say('opening')
await desk.unlock()
say('open')

const { work } = desk.door.current()
const drafts = createDrafts(work, () => desk.door.current().durable)
let arrival = 0
let writes = 0
let typed = 0
const kept = new Map(patients.map((patient) => [patient as string, drafts.read(patient)?.text ?? '']))
const savers = new Map(
  [...kept.keys()].map((patient) => {
    const save = async (draft: { readonly text: string; readonly caret: number; readonly typedAt: number }) => {
      arrival += 1
      writes += 1
      say('saving', patient)
      begins(`write ${writes}`)
      drafts.save(patient, draft, arrival)
      say('saved', patient, draft.typedAt)
    }
    const after = (ms: number, run: () => void) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    }
    // The number of the stroke stands in the place of the time at which it was typed.
    return [patient, new DraftSaver({ clock: { now: () => typed }, save, after }, drafts.read(patient))] as const
  }),
)
let closing = false

function type({ patient, text }: Stroke): void {
  typed += 1
  say('key', typed)
  savers.get(patient)?.type(text, text.length)
}

/** Every change is waiting, sent and confirmed one after the other; several are under way. */
let order = Number(firstOrder)
const underWay: { readonly number: number; step: Step }[] = []
function deal(): void {
  const next = underWay.length > 3 || (underWay.length > 0 && typed % 2 === 0) ? underWay.shift() : undefined
  const change = next ?? { number: (order += 1), step: 'wait' as Step }
  const row = orderOf(change.number, change.step === 'wait' ? { kind: 'waiting' } : { kind: 'sent', at: change.number })
  say('order', change.number, change.step, 'begins')
  writes += 1
  begins(`write ${writes}`)
  if (change.step === 'confirm') work.remove(outboxAddress(row))
  else putOutboxRow(work, row)
  say('order', change.number, change.step, 'done')
  if (change.step !== 'confirm') underWay.push({ number: change.number, step: change.step === 'wait' ? 'send' : 'confirm' })
}

// So that a survey knows when the machine did not let it run: a process of its own pace says nothing for no longer than this.
setInterval(() => say('beat'), beatMs).unref()

const hand = strokes(Number(seed), kept)
function live(): void {
  if (closing) return
  const { value } = hand.next()
  setTimeout(() => {
    if (closing) return
    type(value)
    if (typed % 3 === 0) deal()
    live()
  }, value.pause)
}
live()

process.on('message', () => {
  closing = true
  void Promise.all([...savers.values()].map((saver) => saver.flush())).then(() => {
    say('closing')
    begins('closing 1')
    desk.close()
    say('closed')
    process.disconnect()
  })
})
