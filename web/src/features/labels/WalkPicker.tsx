/** Which sheet is labeled with which label type. */
import { useQuery } from '@tanstack/react-query'
import { SheetPicker } from '@/features/sheets'
import { count } from '@/lib/numbers'
import { Combobox } from '@/ui/Combobox'
import { Field } from '@/ui/Field'
import { labelsetsQuery } from './labels'

interface WalkPickerProps {
  sheetId: string | undefined
  labelType: string | undefined
  onSheet: (id: string) => void
  onLabelType: (labelType: string) => void
}

export function WalkPicker({ sheetId, labelType, onSheet, onLabelType }: WalkPickerProps) {
  const labelsets = useQuery(labelsetsQuery)
  const published = (labelsets.data?.items ?? []).filter((labelset) => labelset.published !== null)
  return (
    <div className="flex flex-wrap gap-3">
      <Field label="Label type" className="w-72">
        {(wired) => (
          <Combobox
            id={wired.id}
            value={labelType}
            onChange={onLabelType}
            loading={labelsets.isPending}
            placeholder="Choose a label type…"
            none={{ says: 'No labelset is published yet.', to: '/labelsets', go: 'Go to the labelsets' }}
            emptyText="No published labelset of that name."
            options={published.map((labelset) => ({
              value: labelset.label_type,
              label: labelset.name,
              detail: `${count(labelset.labels)} labels`,
            }))}
          />
        )}
      </Field>
      <Field label="Sheet" className="w-72">
        {(wired) => <SheetPicker id={wired.id} value={sheetId} onChange={onSheet} publishedOnly />}
      </Field>
    </div>
  )
}
