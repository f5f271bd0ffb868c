import { describe, expect, it } from 'vitest'
import { commandOf, type KeyPress, lockKeys } from './shortcuts.ts'

const press = (part: Partial<KeyPress>): KeyPress => ({ key: '', code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, typing: false, ...part })

describe('keyboard commands', () => {
  it('opens the search by Ctrl K and by Cmd K, also while typing a note', () => {
    expect(commandOf(press({ key: 'k', ctrlKey: true, typing: true }))).toEqual({ do: 'search' })
    expect(commandOf(press({ key: 'k', metaKey: true }))).toEqual({ do: 'search' })
  })

  it('takes a question mark as text where text is typed, and as a call for help elsewhere', () => {
    expect(commandOf(press({ key: '?', shiftKey: true, typing: true }))).toBeUndefined()
    expect(commandOf(press({ key: '?', shiftKey: true }))).toEqual({ do: 'help' })
  })

  it('finds the view of a digit by its place on the keyboard, as Alt writes another character on a Mac', () => {
    expect(commandOf(press({ key: '¡', code: 'Digit1', altKey: true }))).toEqual({ do: 'view', index: 0 })
  })

  it('leaves plain letters alone', () => {
    expect(commandOf(press({ key: 'k' }))).toBeUndefined()
    expect(commandOf(press({ key: 'W', ctrlKey: true, shiftKey: true }))).toBeUndefined()
  })

  it('writes the lock shortcut as the platform does', () => {
    expect(lockKeys('Mozilla/5.0 (Macintosh; …)')).toBe('⌘L')
    expect(lockKeys('Mozilla/5.0 (X11; Linux x86_64)')).toBe('Ctrl L')
  })
})
