import '../ui/base.css'
import { createRoot } from 'react-dom/client'
import { createBridge, exposed } from '../bridge/index.ts'
import { FlushRegistry, type Services, ServicesProvider } from '../services/index.ts'
import { App } from './App.tsx'
import { markCopies } from './clipboard-mark.ts'

const { procedures, events } = exposed(window)
const services: Services = {
  bridge: createBridge(procedures, events),
  clock: { now: () => Date.now() },
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  flush: new FlushRegistry(),
}
services.bridge.onFlush(() => services.flush.flush())
markCopies(document)

const place = document.getElementById('root')
if (!place) throw new Error('index.html has no #root')
// What React would print of a defect may quote a record: nothing is printed. ErrorBoundary shows that it happened.
const silent = () => undefined
createRoot(place, { onCaughtError: silent, onUncaughtError: silent, onRecoverableError: silent }).render(
  <ServicesProvider services={services}>
    <App />
  </ServicesProvider>,
)
