import { Button as AriaButton } from 'react-aria-components/Button'
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { Icon, type IconName } from './Icon.tsx'
import styles from './MenuButton.module.css'

interface MenuButtonProps {
  readonly label: string
  readonly icon: IconName
  readonly items: readonly { readonly id: string; readonly label: string; onChoose(): void }[]
}

/** A button that opens a short list of commands. */
export function MenuButton({ label, icon, items }: MenuButtonProps) {
  return (
    <MenuTrigger>
      <AriaButton aria-label={label} className={styles['button'] ?? ''}>
        <Icon name={icon} />
      </AriaButton>
      <Popover placement="bottom end" className={styles['popover'] ?? ''}>
        <Menu className={styles['menu'] ?? ''} onAction={(id) => items.find((item) => item.id === id)?.onChoose()}>
          {items.map((item) => (
            <MenuItem key={item.id} id={item.id} className={styles['item'] ?? ''}>
              {item.label}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
