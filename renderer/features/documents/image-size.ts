/** In pixels. */
export interface ImageSize {
  readonly width: number
  readonly height: number
}

/**
 * How large a picture claims to be, by its own header, before anything decodes it: a few bytes can claim gigabytes. Undefined where its header does not say.
 * PNG (ISO 15948 §11.2.2), JPEG (ITU T.81 §B.2.2), GIF89a §18, WebP (RFC 9649).
 */
export function imageSize(bytes: Uint8Array): ImageSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    if (view.getUint32(0) === 0x89504e47) return { width: view.getUint32(16), height: view.getUint32(20) }
    if (view.getUint32(0) === 0x47494638) return { width: view.getUint16(6, true), height: view.getUint16(8, true) }
    if (view.getUint32(0) === 0x52494646) return webp(view)
    if (view.getUint16(0) === 0xffd8) return jpeg(view)
  } catch {
    // Shorter than its own header: the only thing that a DataView throws at.
  }
  return undefined
}

function webp(view: DataView): ImageSize | undefined {
  const format = view.getUint32(12)
  const int24 = (at: number) => view.getUint8(at) + view.getUint8(at + 1) * 0x1_00 + view.getUint8(at + 2) * 0x1_00_00
  if (format === 0x56503858) return { width: int24(24) + 1, height: int24(27) + 1 }
  if (format === 0x56503820) return { width: view.getUint16(26, true) % 0x4000, height: view.getUint16(28, true) % 0x4000 }
  if (format !== 0x5650384c) return undefined
  const bits = view.getUint32(21, true)
  return { width: (bits % 0x4000) + 1, height: (Math.floor(bits / 0x4000) % 0x4000) + 1 }
}

/** From marker to marker to the first frame header. */
function jpeg(view: DataView): ImageSize | undefined {
  let at = 2
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) {
      at += 1
      continue
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    const isBare = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)
    at += isBare ? 2 : 2 + Math.max(2, view.getUint16(at + 2))
  }
  return undefined
}
