import { session as chromium } from 'electron'

/** `http://host:port` of the proxy that the operating system names for the EHR; asked for its origin only. */
export async function proxyFor(fhirBase: string): Promise<string | undefined> {
  const [first] = (await chromium.defaultSession.resolveProxy(new URL(fhirBase).origin)).split(';')
  const host = /^\s*PROXY\s+(\S+)\s*$/i.exec(first ?? '')?.[1]
  return host === undefined ? undefined : `http://${host}`
}
