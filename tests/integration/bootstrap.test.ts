import { describe, expect, it } from 'vitest'
import { join } from 'node:path'
import { capture } from '../../build/run/child.ts'

const bootstrap = join(import.meta.dirname, '../../build/bootstrap.mjs')

/** Runs it as if on another version of Node. */
const onNode = (version: string, args: readonly string[]) => {
  const disguise = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'${version}'})`
  return capture(process.execPath, ['--import', disguise, bootstrap, ...args])
}

describe('The first file that runs', () => {
  it('refuses a Node that is too old in one clear line', async () => {
    const { code, stderr } = await onNode('20.18.3', ['start'])
    expect(code).toBe(1)
    expect(stderr.trim()).toMatch(/^Chartkeep is built with Node 20\.19 or newer; this is 20\.18\.3\./)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('names the commands there are when it does not know the one it was given', async () => {
    const { code, stderr } = await onNode('20.19.0', ['dance'])
    expect(code).toBe(2)
    expect(stderr).toContain('bench, campaign, check, dev, sandbox, start, test, torture, tour')
  })

  it('runs no file outside of its commands', async () => {
    const { code } = await onNode('24.0.0', ['../bootstrap'])
    expect(code).toBe(2)
  })
})
