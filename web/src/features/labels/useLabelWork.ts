/** An expert's answer for the item on the screen, kept on the server as a draft while they type. */
import { useRef, useState } from 'react'
import { ProblemError } from '@/api/problem'
import { useDraft } from '@/lib/useDraft'
import type { Answer } from '@/ui/form'
import { saveLabelDraft, type ItemToLabel, type Walk } from './labels'

/** Their own draft first, else what the label says. Mount anew for each item. */
export function useLabelWork(walk: Walk, item: ItemToLabel) {
  const { draft, label } = item
  const [start] = useState<Answer>(() => ({
    value: draft ? draft.content.value : (label?.value ?? null),
    notes: (draft ? draft.content.notes : label?.notes) ?? '',
    confidence: (draft ? draft.content.confidence : label?.confidence) ?? 'high',
  }))
  const version = useRef(draft?.version ?? null)
  return useDraft<Answer>(start, draft !== null, async (content) => {
    try {
      const kept = await saveLabelDraft({
        sheet_id: walk.sheetId,
        label_type: walk.labelType,
        item_ref: item.item_ref,
        content: { ...content, messages: null },
        version: version.current,
      })
      version.current = kept.version
    } catch (error) {
      // Another window of the same person saved meanwhile: the next save takes its place.
      if (error instanceof ProblemError && error.isConflict) version.current = null
      throw error
    }
  })
}
