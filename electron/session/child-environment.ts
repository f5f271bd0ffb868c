/** What a child process may know of ours: no D-Bus address (no keyring), no display, no Node options. */
const passed = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'HOME', 'TMPDIR', 'SystemRoot', 'TEMP']

/** The environment of a process that has no business with the desktop or the keyring. */
export function childEnvironment(ours: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    passed.flatMap((name) => {
      const value = ours[name]
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}
