/** An expert's answer for the item on the screen, kept on the server as a draft while they type. */
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { ProblemError } from '@/api/problem'
import { same } from '@/lib/steps'
import { useDraft, type Draft } from '@/lib/useDraft'
import { fromRow, stillAsInRow, type Answer, type JsonSchema } from '@/ui/form'
import { itemToLabelQuery, saveLabelDraft, type ItemToLabel, type Walk } from './labels'

export interface LabelWork extends Draft<Answer> {
  /** The work goes on from a draft although the item has a label that says something else. */
  isOverLabel: boolean
  /** Fields of the answer that still say what the source row says. */
  prefilled: ReadonlySet<string>
}

/** Under which name an answer is kept that the server does not have yet. */
export const unsentName = ({ sheetId, labelType }: Walk, itemRef: string) =>
  `label ${labelType} ${sheetId} ${itemRef}`

/** Their own draft first, else what the label says, else what the item's `row` already has. Mount anew for each item. */
export function useLabelWork(
  walk: Walk,
  item: ItemToLabel,
  schema: JsonSchema,
  row: Readonly<Record<string, unknown>>,
): LabelWork {
  const { draft, label } = item
  const client = useQueryClient()
  const isOpen = label === null || label.verdict === 'retracted'
  const [start] = useState<Answer>(() => ({
    value: draft ? draft.content.value : isOpen ? startOf(schema, row) : label.value,
    notes: draft?.content.notes ?? label?.notes ?? '',
    confidence: (draft ? draft.content.confidence : label?.confidence) ?? 'high',
  }))
  const version = useRef(draft?.version ?? null)
  const write = async (content: Answer) => {
    try {
      const kept = await saveLabelDraft({
        sheet_id: walk.sheetId,
        label_type: walk.labelType,
        item_ref: item.item_ref,
        content: { ...content, messages: null },
        version: version.current,
      })
      version.current = kept.version
      // Coming back to the item goes on from here.
      client.setQueryData(
        itemToLabelQuery(walk, item.item_ref).queryKey,
        (old) => old && { ...old, draft: kept },
      )
    } catch (error) {
      // Another window of the same person saved meanwhile: the next save takes its place.
      if (error instanceof ProblemError && error.isConflict) version.current = null
      throw error
    }
  }
  const work = useDraft<Answer>(start, draft !== null, write, { name: unsentName(walk, item.item_ref) })
  const stands = label !== null && label.verdict !== 'retracted' && !label.withheld
  const [startedOver] = useState(() => stands && !same(work.content.value, label.value))
  return {
    ...work,
    prefilled: isOpen ? stillAsInRow(schema, row, work.content.value) : new Set(),
    isOverLabel: startedOver && !same(work.content.value, label?.value),
  }
}

function startOf(schema: JsonSchema, row: Readonly<Record<string, unknown>>): unknown {
  const found = fromRow(schema, row)
  return Object.keys(found).length > 0 ? found : null
}
