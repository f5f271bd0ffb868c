/** What a key of the keyboard asks the workspace to do. */
export type Command =
  | { readonly do: 'search' }
  | { readonly do: 'step'; readonly by: 1 | -1 }
  | { readonly do: 'close' }
  | { readonly do: 'view'; readonly index: number }
  | { readonly do: 'note' }
  | { readonly do: 'help' }

export interface KeyPress {
  readonly key: string
  /** `KeyboardEvent.code`: Alt changes the character on a Mac. */
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  /** True where the key writes text: single letters are text there. */
  readonly typing: boolean
}

/** The command of a key press, if it is one. Ctrl and Cmd are the same here; Lock is main's own and not in this list. */
export function commandOf(press: KeyPress): Command | undefined {
  const { key, code, altKey, shiftKey, typing } = press
  const modifier = press.ctrlKey || press.metaKey
  if (modifier && key === 'Tab') return { do: 'step', by: shiftKey ? -1 : 1 }
  if (modifier && !altKey && !shiftKey) {
    switch (key.toLowerCase()) {
      case 'k':
        return { do: 'search' }
      case 'w':
        return { do: 'close' }
      case 'e':
        return { do: 'note' }
      default:
        return undefined
    }
  }
  const digit = /^Digit([1-9])$/.exec(code)
  if (altKey && !modifier && digit) return { do: 'view', index: Number(digit[1]) - 1 }
  if (key === '?' && !modifier && !altKey && !typing) return { do: 'help' }
  return undefined
}

/** Whether keys write text into this element. */
export function writesText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target.isContentEditable)
}

/** How the lock shortcut is written on this platform. */
export function lockKeys(userAgent: string): string {
  return modifierName(userAgent, 'L')
}

export function modifierName(userAgent: string, key: string): string {
  return /Macintosh/.test(userAgent) ? `⌘${key}` : `Ctrl ${key}`
}
