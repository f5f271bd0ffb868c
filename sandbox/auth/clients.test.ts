import { describe, expect, it } from 'vitest'
import { ClientsFile, originsOf } from './clients.ts'

const client = { clientId: 'growth-charts', name: 'Growth charts', redirectUris: ['http://127.0.0.1/callback'] }
const isTaken = (...clients: unknown[]) => ClientsFile.safeParse({ clients }).success

describe('an application of somebody else', () => {
  it('is native, on loopback, or of the web', () => {
    expect(isTaken(client, { ...client, clientId: 'web-app', redirectUris: ['https://app.example/callback'] })).toBe(true)
  })

  it('cannot pass for the hospital’s own, or for another', () => {
    expect(isTaken({ ...client, clientId: 'chartkeep-desktop' })).toBe(false)
    expect(isTaken({ ...client, clientId: 'hospital-resource-server' })).toBe(false)
    expect(isTaken(client, client)).toBe(false)
  })

  it('is sent nowhere that is not encrypted, and to no script', () => {
    for (const uri of ['http://app.example/callback', 'http://127.0.0.1.evil.example/', 'javascript:alert(1)', 'https://app.example/#x', 'custom:/callback', '']) {
      expect(isTaken({ ...client, redirectUris: [uri] })).toBe(false)
    }
    expect(isTaken({ ...client, redirectUris: [...client.redirectUris, 'https://app.example/callback'] })).toBe(false)
  })

  it('has a name that a page can show, and nothing that is not known', () => {
    for (const name of ['', 'x'.repeat(61), 'two\nlines', '\u202eeman']) expect(isTaken({ ...client, name })).toBe(false)
    expect(isTaken({ ...client, isOwn: true })).toBe(false)
  })
})

describe('the origin of a page', () => {
  it('is that of its redirects, and none for a native application', () => {
    expect(originsOf(['https://app.example/a', 'https://app.example:8443/b'])).toEqual(['https://app.example', 'https://app.example:8443'])
    expect(originsOf(['http://127.0.0.1:3000/callback', 'http://127.0.0.1/callback'])).toEqual(['http://127.0.0.1:3000'])
  })
})
