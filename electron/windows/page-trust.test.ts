import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { makeAuthority, makeImpostor, makeServerCertificate } from '../transport/testing/certificates.ts'
import { spkiPin } from '../transport/index.ts'
import { isVouchedFor } from './page-trust.ts'

const pin = (pem: string) => spkiPin(new X509Certificate(pem))
const day = 86_400_000

describe('the certificate of a sign-in page @164.312(e)', async () => {
  const ours = await makeAuthority('Hospital')
  const foreign = await makeAuthority('Foreign')
  const server = await makeServerCertificate(ours)
  const now = Date.now()

  it('is trusted when our authority issued it for this host', () => {
    expect(isVouchedFor('127.0.0.1', [server.pem], { caPem: ours.pem, pins: [pin(ours.pem)] }, now)).toBe(true)
    expect(isVouchedFor('127.0.0.1', [server.pem, ours.pem], { caPem: ours.pem, pins: [] }, now)).toBe(true)
  })

  it('is refused for another host', () => {
    expect(isVouchedFor('ehr.example', [server.pem], { caPem: ours.pem, pins: [] }, now)).toBe(false)
  })

  it('is refused when it has expired or is not valid yet', () => {
    expect(isVouchedFor('127.0.0.1', [server.pem], { caPem: ours.pem, pins: [] }, now + 3 * day)).toBe(false)
    expect(isVouchedFor('127.0.0.1', [server.pem], { caPem: ours.pem, pins: [] }, now - 5 * day)).toBe(false)
  })

  it('is refused from another authority, though that one is shown with it', async () => {
    const theirs = await makeServerCertificate(foreign)
    expect(isVouchedFor('127.0.0.1', [theirs.pem, foreign.pem], { caPem: ours.pem, pins: [] }, now)).toBe(false)
  })

  it('is refused outside the pins, and an unsigned certificate that carries the pinned key does not help', async () => {
    const pins = [pin(foreign.pem)]
    const impostor = await makeImpostor(server.subject, foreign)
    expect(isVouchedFor('127.0.0.1', [server.pem], { caPem: ours.pem, pins }, now)).toBe(false)
    expect(isVouchedFor('127.0.0.1', [server.pem, impostor], { caPem: ours.pem, pins }, now)).toBe(false)
  })

  it('is refused when nothing is shown', () => {
    expect(isVouchedFor('127.0.0.1', [], { caPem: ours.pem, pins: [] }, now)).toBe(false)
  })
})
