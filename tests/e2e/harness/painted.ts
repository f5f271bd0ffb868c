import type { ElectronApplication } from 'playwright'

/** What any page of an application has had on it, by test id: also what was gone again before somebody could look. */
export interface Painted {
  readonly ids: ReadonlySet<string>
}

const mark = 'painted: '

/** Watches every page from its first moment: to be called before there is one (`before`, launch.ts). */
export async function watchPainted(app: ElectronApplication): Promise<Painted> {
  const ids = new Set<string>()
  const context = app.context()
  context.on('console', (said) => {
    if (said.text().startsWith(mark)) ids.add(said.text().slice(mark.length))
  })
  await context.addInitScript(tellAll, mark)
  return { ids }
}

/** In the page: tells each test id once, those that are there and those that come. */
function tellAll(before: string): void {
  const told = new Set<string>()
  const tell = (node: Node) => {
    if (!(node instanceof Element || node instanceof Document)) return
    for (const each of [node, ...node.querySelectorAll('[data-testid]')]) {
      const id = each instanceof Element ? each.getAttribute('data-testid') : null
      if (id === null || told.has(id)) continue
      told.add(id)
      console.debug(`${before}${id}`)
    }
  }
  tell(document)
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) for (const node of type === 'attributes' ? [target] : addedNodes) tell(node)
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-testid'] })
}
