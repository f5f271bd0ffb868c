import type { PageCaller } from '../rpc/ipc.electron.ts'
import type { Handlers } from '../rpc/router.ts'
import { printing } from '../windows/printing.ts'
import { isOpen } from './machine.ts'
import type { Workstation } from './workstation.ts'

const done = {}

/** The rows that `main` answers. None of them can carry PHI: patients are opaque ids here. */
export function mainHandlers(workstation: Workstation): Handlers<'main', PageCaller> {
  const printers = printing()
  const dispatch = (event: Parameters<Workstation['dispatch']>[0]) => {
    workstation.dispatch(event)
    return done
  }
  return {
    'app.info': () => workstation.info(),
    'session.current': (_input, caller) => workstation.viewFor(caller.isSpare),
    'session.signIn': ({ forgotPin, someoneElse, badge }) => dispatch({ type: 'sign-in-asked', ...(forgotPin === undefined ? {} : { forgotPin }), ...(someoneElse === undefined ? {} : { someoneElse }), ...(badge === undefined ? {} : { hint: badge }) }),
    'session.cancelSignIn': () => dispatch({ type: 'sign-in-cancelled' }),
    'session.switchTo': async ({ userKey }) => {
      await workstation.switchTo(userKey)
      return done
    },
    'session.challenge': () => workstation.unlockHelp.challenge(),
    'session.answerChallenge': async ({ response }) => ({ tries: await workstation.unlockHelp.answer(response) }),
    'session.lock': () => dispatch({ type: 'lock-asked', reason: 'manual' }),
    'session.signOut': () => dispatch({ type: 'sign-out-asked' }),
    'session.readNotice': async () => {
      await workstation.readNotice()
      return done
    },
    'session.activity': () => dispatch({ type: 'input' }),
    'session.goWithoutKeeping': () => dispatch({ type: 'keeping-declined' }),
    'keychain.tryAgain': async () => ({ standing: await workstation.tryKeychain() }),
    'audit.printers': (_input, { page }) => printers.printersOf(page),
    'audit.print': async ({ printer }, { page }) => {
      await printers.print(page, printer, () => isOpen(workstation.session()))
      return done
    },
    'tab.open': (input) => ({ tab: workstation.openTab(input.patient, input.ask ?? []) }),
    'file.choose': async ({ call }) => {
      const grant = await workstation.pickFile(call)
      return grant === undefined ? {} : { grant }
    },
    'file.leave': ({ call }) => {
      workstation.leaveFileDialog(call)
      return done
    },
    'tab.close': (input) => {
      workstation.closeTab(input.tab)
      return done
    },
  }
}
