/** Where help is: the keys, the tour, and the API for programs. */
import { Braces, CircleHelp, Keyboard, Route } from 'lucide-react'
import { IconButton } from '@/ui/IconButton'
import { Menu } from '@/ui/Menu'
import { startTour } from './tour/tour'

export function HelpMenu({ onKeys }: { onKeys: () => void }) {
  return (
    <Menu
      actions={[
        [
          { label: 'Keys', icon: Keyboard, onSelect: onKeys },
          { label: 'Guided tour', icon: Route, onSelect: startTour },
        ],
        [{ label: 'API document', icon: Braces, download: '/api/v1/openapi.json' }],
      ]}
    >
      <IconButton icon={CircleHelp} label="Help" keyName="app.help" />
    </Menu>
  )
}
