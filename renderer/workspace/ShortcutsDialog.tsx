import { t } from '../messages/index.ts'
import { useSession } from '../services/index.ts'
import { Button } from '../ui/Button.tsx'
import { Choices } from '../ui/Choices.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { focusFirst } from '../ui/focus-first.ts'
import { modifierName } from './shortcuts.ts'
import styles from './ShortcutsDialog.module.css'

/** Every shortcut there is; each thing it does can also be reached by Tab. */
export function ShortcutsDialog({ of, onClose }: { readonly of: 'charts' | 'desk'; readonly onClose: () => void }) {
  const { session } = useSession()
  // Alerts are not everybody's. (The desk itself is loaded when it is shown, and not asked here.)
  const deskParts = session.permissions.includes('desk:alerts') ? 5 : 4
  const held = (key: string) => modifierName(navigator.userAgent, key)
  const charts = [
    [held('K'), t('shortcuts.patients')],
    [held('Tab'), t('shortcuts.nextTab')],
    [held('Shift Tab'), t('shortcuts.previousTab')],
    [held('W'), t('shortcuts.closeTab')],
    ['Alt 1 … 7', t('shortcuts.view')],
    [held('E'), t('shortcuts.note')],
  ] as const
  const desk = [
    [held('K'), t('shortcuts.search')],
    [`Alt 1 … ${deskParts}`, t('shortcuts.deskParts')],
    ['Space', t('shortcuts.choose')],
    ['Shift ↑ ↓', t('shortcuts.chooseRange')],
    [held('A'), t('shortcuts.chooseAll')],
  ] as const
  const lines = [[held('L'), t('shortcuts.lock')] as const, ...(of === 'desk' ? desk : charts), ['↑ ↓', t('shortcuts.move')] as const, ...(of === 'desk' ? [] : [['Enter', t('shortcuts.open')] as const]), ['?', t('shortcuts.help')] as const]
  return (
    <Dialog title={t('shortcuts.title')} onClose={onClose}>
      <dl className={styles['list']}>
        {lines.map(([keys, what]) => (
          <div key={keys} className={styles['line']}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <Choices>
        <Button kind="primary" ref={focusFirst} onClick={onClose}>
          {t('app.close')}
        </Button>
      </Choices>
    </Dialog>
  )
}
