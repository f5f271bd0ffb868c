import type { ElectronApplication, Locator } from 'playwright'

/** What the display shows, four bytes a pixel. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly pixels: Buffer
}

/** A picture of the whole display, as somebody before it sees it: taken from the display, not asked of a page. */
export async function screenOf(app: ElectronApplication): Promise<Picture> {
  const taken = await app.evaluate(async ({ desktopCapturer, screen }) => {
    const { size, scaleFactor } = screen.getPrimaryDisplay()
    const thumbnailSize = { width: size.width * scaleFactor, height: size.height * scaleFactor }
    const [source] = await desktopCapturer.getSources({ types: ['screen'], thumbnailSize })
    if (!source) throw new Error('there is no screen to take a picture of')
    return { ...source.thumbnail.getSize(), pixels: source.thumbnail.toBitmap().toString('base64') }
  })
  return { ...taken, pixels: Buffer.from(taken.pixels, 'base64') }
}

/** The part of the picture in which an element of the front page lies. Throws where it is out of sight. */
export async function partOf(app: ElectronApplication, picture: Picture, element: Locator): Promise<Picture> {
  const box = await element.boundingBox()
  if (!box) throw new Error('the element is not on the screen')
  const at = await app.evaluate(({ BaseWindow }) => {
    const [window] = BaseWindow.getAllWindows()
    if (!window) throw new Error('there is no window')
    return window.getContentBounds()
  })
  const [left, top] = [Math.round(at.x + box.x), Math.round(at.y + box.y)]
  const [width, height] = [Math.floor(box.width), Math.floor(box.height)]
  const rows = Array.from({ length: height }, (_, row) => rowOf(picture, left, top + row, width))
  return { width, height, pixels: Buffer.concat(rows) }
}

/** Whether the picture holds the part anywhere, pixel for pixel. */
export function holds(picture: Picture, part: Picture): boolean {
  const first = rowOf(part, 0, 0, part.width)
  for (let top = 0; top <= picture.height - part.height; top += 1) {
    const line = rowOf(picture, 0, top, picture.width)
    for (let at = line.indexOf(first); at !== -1; at = line.indexOf(first, at + 1)) {
      const left = at / 4
      if (Number.isInteger(left) && everyRow(part, (row) => rowOf(picture, left, top + row, part.width).equals(rowOf(part, 0, row, part.width)))) return true
    }
  }
  return false
}

function everyRow(part: Picture, matches: (row: number) => boolean): boolean {
  for (let row = 0; row < part.height; row += 1) if (!matches(row)) return false
  return true
}

function rowOf({ pixels, width }: Picture, left: number, top: number, length: number): Buffer {
  return pixels.subarray((top * width + left) * 4, (top * width + left + length) * 4)
}
