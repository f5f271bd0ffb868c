import { describe, expect, it } from 'vitest'
import { socketsIn, socketsOf } from './address.ts'

describe('the address of a bus', () => {
  it('names sockets of this machine, in the order in which they are to be tried', () => {
    expect(socketsIn('unix:path=/run/a%20b,guid=00;unix:abstract=/tmp/dbus-x')).toEqual(['/run/a b', '\0/tmp/dbus-x'])
  })

  it('makes nobody run a program, or speak to another machine', () => {
    for (const address of ['unixexec:path=/bin/sh,argv1=-c', 'tcp:host=evil.example,port=1', 'nonce-tcp:host=x', 'launchd:env=X', 'autolaunch:', 'unix:path=relative', 'unix:path=%E0%A4%A', 'unix:', 'rubbish', '']) {
      expect(socketsIn(address)).toEqual([])
    }
  })

  it('is looked for where it always is, if the environment names none', () => {
    expect(socketsOf('system', {})).toEqual(['/var/run/dbus/system_bus_socket'])
    expect(socketsOf('session', { XDG_RUNTIME_DIR: '/run/user/1' })).toEqual(['/run/user/1/bus'])
    expect(socketsOf('session', {})).toEqual([])
  })
})
