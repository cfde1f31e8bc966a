/** Light, dark, or as the system says. */
import { Monitor, Moon, Sun } from 'lucide-react'
import { setTheme, useTheme, type Theme } from '@/lib/theme'
import { IconButton } from '@/ui/IconButton'
import { Menu } from '@/ui/Menu'

const choices = [
  { theme: 'light', label: 'Light', icon: Sun },
  { theme: 'dark', label: 'Dark', icon: Moon },
  { theme: 'system', label: 'As the system', icon: Monitor },
] as const satisfies readonly { theme: Theme; label: string; icon: typeof Sun }[]

export function ThemeMenu() {
  const current = useTheme()
  const icon = choices.find((choice) => choice.theme === current)?.icon ?? Monitor
  return (
    <Menu
      actions={[
        choices.map(({ theme, label, icon: Icon }) => ({
          label,
          icon: Icon,
          checked: theme === current,
          onSelect: () => setTheme(theme),
        })),
      ]}
    >
      <IconButton icon={icon} label="Light or dark" />
    </Menu>
  )
}
