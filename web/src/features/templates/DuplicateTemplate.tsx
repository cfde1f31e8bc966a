/** A template that begins as a copy of another one. */
import { DuplicateDialog } from '@/ui/asset'
import { duplicateTemplate, type Template } from './templates'

export function DuplicateTemplate({ template, onClose }: { template: Template; onClose: () => void }) {
  return (
    <DuplicateDialog
      asset={template}
      lead="The copy begins as a draft of the newest version."
      queryKey="templates"
      place="/templates"
      duplicate={(name) => duplicateTemplate(template.id, name)}
      onClose={onClose}
    />
  )
}
