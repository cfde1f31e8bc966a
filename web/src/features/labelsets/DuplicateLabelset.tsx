/** A labelset that begins as a copy of another one, under a label type of its own. */
import { useState } from 'react'
import { DuplicateDialog } from '@/ui/asset'
import { Field, Input } from '@/ui/Field'
import { duplicateLabelset, labelTypeOf, type Labelset } from './labelsets'

export function DuplicateLabelset({ labelset, onClose }: { labelset: Labelset; onClose: () => void }) {
  const [labelType, setLabelType] = useState<string>()
  return (
    <DuplicateDialog
      asset={labelset}
      lead="The copy begins as a draft. It has labels of its own: those of this labelset stay here."
      queryKey="labelsets"
      place="/labelsets"
      duplicate={(name) =>
        duplicateLabelset(labelset.id, { name, label_type: labelType ?? labelTypeOf(name) })
      }
      onClose={onClose}
    >
      {(name) => (
        <Field
          label="Label type"
          required
          hint="Lower-case letters, digits and underscores; it never changes."
        >
          {(wired) => (
            <Input
              {...wired}
              required
              className="font-mono"
              value={labelType ?? labelTypeOf(name)}
              onChange={(event) => setLabelType(event.target.value)}
            />
          )}
        </Field>
      )}
    </DuplicateDialog>
  )
}
