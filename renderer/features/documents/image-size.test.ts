import { encode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { imageSize } from './image-size.ts'

const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))

describe('the size that a picture claims', () => {
  it('is read before it is decoded', () => {
    expect(imageSize(encode({ width: 30, height: 20, data: new Uint8Array(30 * 20 * 3), channels: 3 }))).toEqual({ width: 30, height: 20 })
    expect(imageSize(hex('4749463839612c01c80000'))).toEqual({ width: 300, height: 200 })
    // SOI, an application segment of 6 bytes, a fill byte, a progressive frame of 0x0123 × 0x0456.
    expect(imageSize(hex('ffd8ffe0000601020304ffffc2001108012304560301220002110103110100'))).toEqual({ width: 0x0456, height: 0x0123 })
    expect(imageSize(hex('524946460000000057454250565038580a000000000000007f0200df0100'))).toEqual({ width: 640, height: 480 })
  })

  it('is unknown where the header is cut off or none', () => {
    for (const text of ['', '89504e47', 'ffd8', 'ffd8ffe0ffff', '25504446', '52494646000000005745425041424344000000000000']) expect(imageSize(hex(text))).toBeUndefined()
  })

  it('is what it claims, however absurd', () => {
    expect(imageSize(hex('89504e470d0a1a0a0000000d49484452ffffffff7fffffff0806000000'))).toEqual({ width: 0xffffffff, height: 0x7fffffff })
  })
})
