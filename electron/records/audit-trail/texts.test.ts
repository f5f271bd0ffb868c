import { describe, expect, it } from 'vitest'
import { longestText } from '../../../shared/contract/index.ts'
import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import { type Answer, answeringEhr } from '../testing/answering-ehr.ts'
import { createTrailTexts } from './texts.ts'

const origin = 'https://ehr.example'
const fhirBase = `${origin}/fhir/R4`
const place = `${origin}/audit-keys/open`
const never = new AbortController().signal

/** An EHR that names that place, and answers there what it is told to, in turn. */
function ehrThat(answers: readonly (Answer | ChartkeepError)[], named: Answer = { json: { audit_text_endpoint: place } }) {
  const { calls, transport, tokens } = answeringEhr(answers, { at: `${fhirBase}/.well-known/smart-configuration`, is: named })
  const texts = createTrailTexts({ transport, fhirBase, tokens, clock: { now: () => 0 }, reached: () => undefined, heard: () => undefined })
  const asked = () => calls.filter(({ method }) => method === 'POST').map(({ url, body, headers = {} }) => [url, body, headers['authorization']])
  return { open: () => texts.open('e1', never), calls, asked }
}
const failureOf = (work: Promise<unknown>) => work.then(() => 'none', kindOf)

describe('what was typed, of an entry of the trail', () => {
  it('is asked of the EHR by the entry alone, whose id is in no address; a token that was refused is replaced once', async () => {
    const { open, asked, calls } = ehrThat([{ status: 401, json: {} }, { json: { text: 'Quillfeather' } }])
    expect(await open()).toBe('Quillfeather')
    expect(asked()).toEqual([[place, '{"entry":"e1"}', 'Bearer token-1'], [place, '{"entry":"e1"}', 'Bearer token-2']])
    // The configuration needs no token.
    expect(JSON.stringify(calls[0])).not.toContain('Bearer')
    expect(await failureOf(ehrThat([{ status: 401, json: {} }, { status: 401, json: {} }]).open())).toBe('unauthorized')
  })

  it('is asked for once: what nobody knows the end of is not asked again, since each asking is recorded there', async () => {
    for (const [answer, kind] of [[new ChartkeepError('timeout'), 'timeout'], [{ status: 503, json: {} }, 'server'], [{ status: 429, json: {} }, 'throttled']] as const) {
      const { open, asked } = ehrThat([answer])
      expect(await failureOf(open())).toBe(kind)
      expect(asked()).toHaveLength(1)
    }
  })

  it('is asked for nowhere else than at the EHR: no token of who reads all that was done goes to another place', async () => {
    for (const told of ['https://evil.example/open', 'http://ehr.example/open', `${origin}:8443/open`]) {
      const { open, asked } = ehrThat([], { json: { audit_text_endpoint: told } })
      expect(await failureOf(open()), told).toBe('redirected')
      expect(asked()).toEqual([])
    }
  })

  it.each([
    ['does not open texts', undefined, { json: {} }],
    ['has nothing sealed there', { status: 404, json: { error: 'nothing-sealed' } }, undefined],
    ['has not the key', { status: 422, json: { error: 'not-for-these-keys' } }, undefined],
  ])('is said not to be had where the EHR %s', async (_why, answer, named) => {
    expect(await failureOf(ehrThat(answer === undefined ? [] : [answer], named).open())).toBe('not-found')
  })

  it('is nothing that is no text, of another kind, or longer than what anybody types', async () => {
    const wrong: readonly Answer[] = [{ text: '<html>guest network</html>', type: 'text/html' }, { text: '{"text":' }, { json: { text: 1 } }, { json: [] }, { json: { text: 'x'.repeat(longestText + 1) } }]
    for (const answer of wrong) expect(await failureOf(ehrThat([answer]).open()), JSON.stringify(answer).slice(0, 60)).toBe('malformed')
    expect(await failureOf(ehrThat([{ json: { text: 'x'.repeat(300_000) } }]).open())).toBe('too-large')
    expect(await failureOf(ehrThat([{ status: 403, json: {} }]).open())).toBe('forbidden')
  })
})
