import { app } from 'electron'
import { compose } from './compose.ts'
import { declareAppProtocol } from './windows/app-protocol.ts'
import { hardenProcess } from './windows/harden.ts'

hardenProcess()
declareAppProtocol()

// A development build may keep its profile elsewhere, so that tests do not share one.
const profile = app.isPackaged ? undefined : process.env['CHARTKEEP_USER_DATA']
if (profile !== undefined) app.setPath('userData', profile)

if (app.requestSingleInstanceLock()) {
  app.whenReady().then(compose).catch(() => app.exit(1))
} else {
  app.quit()
}
