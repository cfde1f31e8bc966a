/** The two halves of DATA: sheets, and the catalog they point at. */
import { TabLinks } from '@/ui/Tabs'

export function DataTabs() {
  return (
    <TabLinks
      label="Data"
      tabs={[
        { to: '/data', label: 'Sheets' },
        { to: '/data/catalog', label: 'Catalog' },
      ]}
    />
  )
}
