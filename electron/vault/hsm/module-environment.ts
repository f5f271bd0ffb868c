/** What a vendor's module has no business with: the keyring, the desktop, and how Node and Electron are run. */
const withheld = /^(DBUS_SESSION_BUS_ADDRESS|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|NODE_.*|ELECTRON_.*|CHARTKEEP_.*)$/i

/** The environment of the process that loads the module. Modules find their configuration by names of their own (`SOFTHSM2_CONF`, `ChrystokiConfigurationPath`): the rest is passed on. */
export function moduleEnvironment(ours: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(ours).flatMap(([name, value]) => (value === undefined || withheld.test(name) ? [] : [[name, value] as const])))
}
