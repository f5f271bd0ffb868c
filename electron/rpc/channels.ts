/** The names of Electron's channels: main and the preload share them, nobody else uses any. */
export const channels = {
  /** page → main: a call of the contract; answers the text of a `Reply`. */
  call: 'chartkeep:call',
  /** main → page: the text of a `SessionView`. */
  session: 'chartkeep:session',
  /** main → page: a `PortPurpose` and its port. Without a port: `records` is being replaced, and the next one's is to come. */
  port: 'chartkeep:port',
  /** page → main: it has drawn something. */
  painted: 'chartkeep:painted',
  /** main → page: hand over what is unsaved. page → main, same name: done. */
  flush: 'chartkeep:flush',
} as const
