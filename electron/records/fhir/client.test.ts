import { describe, expect, it } from 'vitest'
import { ChartkeepError, type FailureKind } from '../../../shared/errors.ts'
import { createFhirClient } from './client.ts'

function clientWithout(failure: FailureKind) {
  const reached: boolean[] = []
  const refuse = () => Promise.reject(new ChartkeepError(failure))
  const client = createFhirClient({
    transport: { stream: refuse },
    fhirBase: 'https://ehr.example/fhir',
    // Main asks the EHR for a token before anything is asked of the API.
    tokens: { current: refuse, replace: refuse },
    clock: { now: () => 0 },
    pause: () => Promise.resolve(),
    random: () => 0,
    reached: (online) => void reached.push(online),
  })
  return { client, reached }
}

describe('the way to the EHR', () => {
  it('is told to be cut also when it was the token that could not be had', async () => {
    const { client, reached } = clientWithout('offline')
    await expect(client.get('Patient/1', { effort: client.effort(undefined) })).rejects.toMatchObject({ kind: 'offline' })
    expect(reached).toContain(false)
  })

  it('is not told to be cut when the EHR has ended the session', async () => {
    const { client, reached } = clientWithout('unauthorized')
    await expect(client.get('Patient/1', { effort: client.effort(undefined) })).rejects.toMatchObject({ kind: 'unauthorized' })
    expect(reached).toEqual([])
  })
})
