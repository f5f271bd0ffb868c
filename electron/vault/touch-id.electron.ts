import { systemPreferences } from 'electron'
import type { PresencePort } from './presence.ts'

/**
 * Touch ID on macOS, through Electron. Not proven here: it has not run on a Mac. `promptTouchID` binds no secret: it says yes, or it rejects, for a finger that is
 * not known as for a person who presses Cancel.
 */
export function touchId(): PresencePort | undefined {
  if (process.platform !== 'darwin') return undefined
  return {
    way: 'touch-id',
    confirm: async () => {
      if (!systemPreferences.canPromptTouchID()) return 'unavailable'
      return systemPreferences.promptTouchID('unlock Chartkeep').then(
        () => 'present' as const,
        () => 'refused' as const,
      )
    },
  }
}
