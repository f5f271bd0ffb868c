import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright'

/** Names what is seriously wrong with a page for somebody who cannot see, hear or point well (WCAG 2.2 A and AA). */
export async function barriers(page: Page, screen: string): Promise<string[]> {
  // `legacy`: the other way opens a page of its own, which our windows do not allow.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) => nodes.map(({ target }) => `${screen}: ${id} at ${target.join(' ')}`))
}
