import { describe, expect, it } from 'vitest'
import { followWorkstations } from './follow.ts'
import type { DeskWay } from './way.ts'

const never = new AbortController().signal
const workstation = (index: number) => ({ deviceId: `ws_${String(index).padStart(16, '0')}`, displayName: `WS-${index}`, site: 'North', state: 'locked', appVersion: '1', policyVersion: '2', unsent: { drafts: 0, changes: 0 }, isOnline: true, registeredAt: '2026-11-28T12:00:00Z', waiting: 0 })

/** An EHR where so many workstations have changed, each at the revision of its place; answering takes no time here. */
function desk(changed: number) {
  let now = 0
  const asked: string[] = []
  const pauses: number[] = []
  const noOrder = () => Promise.reject(new Error('following orders nothing'))
  const way: DeskWay = {
    write: noOrder,
    ask: noOrder,
    async read(path, answer) {
      asked.push(path)
      const { searchParams } = new URL(path, 'https://ehr.example')
      const [after, limit] = [Number(searchParams.get('changedAfter')), Number(searchParams.get('limit'))]
      const workstations = Array.from({ length: Math.max(0, Math.min(limit, changed - after)) }, (_, index) => workstation(after + index + 1))
      return answer.parse({ workstations, total: Math.max(0, changed - after), sites: [], revision: Math.min(changed, after + workstations.length) })
    },
  }
  const pause = async (ms: number) => {
    pauses.push(ms)
    now += ms
  }
  const follow = followWorkstations({ way, monotonic: () => now, pause })
  return { follow: (revision: number) => follow(revision, never), asked, pauses, pass: (ms: number) => (now += ms) }
}

describe('what changed at the workstations', () => {
  it('is told once in a second, however much a hospital reports', async () => {
    const { follow, pauses, pass } = desk(3)
    expect((await follow(0)).workstations).toHaveLength(3)
    pass(400)
    await follow(3)
    expect(pauses).toEqual([600])
    pass(2_000)
    await follow(3)
    expect(pauses).toEqual([600])
  })

  it('arrives without a pause after an order for all of a hospital: 20,000 are not told over 20 seconds', async () => {
    const { follow, asked, pauses } = desk(20_000)
    let revision = 0
    for (let told = 0; told < 20_000; ) {
      const answer = await follow(revision)
      told += answer.workstations.length
      revision = answer.revision
    }
    expect([asked.length, pauses]).toEqual([20, []])
  })

  it('is of no count that began anew', async () => {
    await expect(desk(3).follow(90)).rejects.toMatchObject({ kind: 'stale' })
  })
})
