/** What data may be used for, in one place: the organisation's default, tags, waivers, and what left through the gate. */
import { useUrlParameter } from '@/lib/urlState'
import { Page } from '@/ui/Page'
import { TabLinks } from '@/ui/Tabs'
import { ExitsTable } from './ExitsTable'
import { OrganisationDefault } from './OrganisationDefault'
import { TagsTable } from './TagsTable'
import { WaiversTable } from './WaiversTable'

export default function GovernancePage() {
  const [tab] = useUrlParameter('tab', 'exits')
  return (
    <Page
      title="Governance"
      lead="Nothing leaves unless every layer allows the use: source tags, sheet, labelset, label, pair and the organisation's default."
      tabs={
        <TabLinks
          label="Parts of governance"
          tabs={[
            { to: '/governance', label: 'Exits' },
            { to: '/governance?tab=waivers', label: 'Waivers' },
            { to: '/governance?tab=tags', label: 'Tags' },
            { to: '/governance?tab=default', label: 'Organisation default' },
          ]}
        />
      }
      body={tab === 'default' ? 'scroll' : 'fill'}
    >
      {tab === 'exits' && <ExitsTable />}
      {tab === 'waivers' && <WaiversTable />}
      {tab === 'tags' && <TagsTable />}
      {tab === 'default' && <OrganisationDefault />}
    </Page>
  )
}
