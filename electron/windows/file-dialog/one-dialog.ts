import type { Asking } from './ask.ts'

/** The dialog for a file, of which there is one at a time. Each belongs to the call that it was opened for. */
export interface OneDialog {
  /** Opens it in the place of the one that is there, and gives what comes of it. Undefined, and none is opened, where the call has been given up by then. */
  answerOf(call: string, open: () => Asking): Promise<string | undefined>
  /** The call is given up: its dialog ends, or does not open. Another call's stays. */
  giveUp(call: string): void
  /** Ends the one that is there, whosever it is. */
  end(): void
}

/** Of calls that were given up before their dialog opened: more than a person can have under way. */
const most = 32

export function oneDialog(): OneDialog {
  let shown: { readonly call: string; readonly asking: Asking } | undefined
  const givenUp = new Set<string>()

  function end(): void {
    shown?.asking.leave()
    shown = undefined
  }

  return {
    async answerOf(call, open) {
      if (givenUp.delete(call)) return undefined
      end()
      const asking = open()
      shown = { call, asking }
      return asking.answer
    },
    giveUp(call) {
      if (shown?.call === call) {
        end()
        return
      }
      // It waits for its entry in the audit, and comes later; or it is long answered.
      givenUp.add(call)
      for (const oldest of givenUp) {
        if (givenUp.size <= most) break
        givenUp.delete(oldest)
      }
    },
    end,
  }
}
