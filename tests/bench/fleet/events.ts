/** What happens at which moment, the earliest first; at one moment, in the order in which it was said. Milliseconds. */
export class Events {
  now = 0
  private readonly heap: { readonly at: number; readonly order: number; readonly act: () => void }[] = []
  private said = 0

  /** Something that happens after so long. */
  after(milliseconds: number, act: () => void): void {
    const event = { at: this.now + milliseconds, order: this.said, act }
    this.said += 1
    let place = this.heap.length
    this.heap.push(event)
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = this.heap[above]
      if (parent === undefined || isBefore(parent, event)) break
      this.heap[place] = parent
      place = above
    }
    this.heap[place] = event
  }

  /** Lets everything happen up to a moment. */
  runUntil(end: number): void {
    for (let next = this.heap[0]; next !== undefined && next.at <= end; next = this.heap[0]) {
      this.removeFirst()
      this.now = next.at
      next.act()
    }
    this.now = end
  }

  private removeFirst(): void {
    const last = this.heap.pop()
    const { length } = this.heap
    if (last === undefined || length === 0) return
    let place = 0
    for (;;) {
      const left = 2 * place + 1
      const [one, other] = [this.heap[left], this.heap[left + 1]]
      if (one === undefined) break
      const [child, at] = other !== undefined && isBefore(other, one) ? [other, left + 1] : [one, left]
      if (isBefore(last, child)) break
      this.heap[place] = child
      place = at
    }
    this.heap[place] = last
  }
}

const isBefore = (a: { readonly at: number; readonly order: number }, b: { readonly at: number; readonly order: number }) => a.at < b.at || (a.at === b.at && a.order < b.order)
