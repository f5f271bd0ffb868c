import type { FromRecords, ToRecords } from './protocol.ts'

/** One end of a channel to a page; carries text alone. */
export interface TextPort {
  post(text: string): void
  /** Begins delivery. What arrives may be anything. */
  onMessage(listener: (data: unknown) => void): void
  onClose(listener: () => void): void
  close(): void
}

/** The way to `main`, and the ports it hands over. */
export interface Host {
  post(message: FromRecords): void
  onMessage(listener: (message: ToRecords, ports: readonly TextPort[]) => void): void
}
