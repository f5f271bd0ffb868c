import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import config from '../../vitest.config.ts'
import { keyOf } from './places.ts'
import { isStaged, writablePlaces } from './stage.ts'
import { environmentFor } from './unprivileged.ts'

const user = { name: 'chartkeep-dev', uid: 999, gid: 999, base: '/var/lib/chartkeep-dev', home: '/var/lib/chartkeep-dev/home' }

describe('The stage of the unprivileged user', () => {
  it('holds sources and what was built of them', () => {
    for (const path of ['sandbox', 'sandbox/main.ts', 'package.json', 'out', 'out/app', 'out/app/main.js', 'out/maps']) expect(isStaged(path)).toBe(true)
  })

  it('holds neither history nor results nor the state of the checkout', () => {
    for (const path of ['.git', '.git/config', '.chartkeep', 'test-results', 'out/tour', 'out/results/unit.json', 'node_modules']) {
      expect(isStaged(path)).toBe(false)
    }
  })

  it('lets the test runner throw its cache away, and not only empty it, whenever other packages are there', () => {
    expect(writablePlaces).toContain(dirname(config.test?.fsModuleCachePath ?? 'node_modules/.vitest-cache'))
  })

  it('is another one for another checkout', () => {
    expect(keyOf('/root/a')).not.toBe(keyOf('/root/b'))
    expect(keyOf('/root/a')).toBe(keyOf('/root/a'))
  })

  it("hands over what shapes a run, and none of root's secrets", () => {
    const env = environmentFor(user, '/usr/bin', {
      CI: 'true',
      CHARTKEEP_CACHE: '/cache',
      NPM_TOKEN: 'secret',
      AWS_SECRET_ACCESS_KEY: 'secret',
      SSH_AUTH_SOCK: '/run/agent',
      npm_config__auth: 'secret',
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/0/bus',
      HOME: '/root',
    })
    expect(env).toMatchObject({ CI: 'true', CHARTKEEP_CACHE: '/cache', HOME: user.home, USER: user.name, PATH: '/usr/bin' })
    expect(JSON.stringify(env)).not.toMatch(/secret|agent|\/root|user\/0/)
  })
})
