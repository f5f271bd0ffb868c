import { MessageChannelMain } from 'electron'
import type { PortPurpose } from '../records/protocol.ts'
import type { RecordsProcess } from '../session/records-host.electron.ts'
import type { Page } from '../windows/page.ts'
import { channels } from './channels.ts'

/** Gives a page and `records` the two ends of a channel: what they say to each other does not pass through here. */
export function connect(page: Page, records: RecordsProcess, purpose: PortPurpose, epoch: number): void {
  const { port1, port2 } = new MessageChannelMain()
  records.attach(purpose, epoch, port1)
  page.contents.postMessage(channels.port, purpose, [port2])
}

/** Tells a page that the `records` it was connected to is being replaced. */
export function disconnect(page: Page): void {
  if (!page.contents.isDestroyed()) page.contents.postMessage(channels.port, { for: 'workspace' } satisfies PortPurpose)
}
