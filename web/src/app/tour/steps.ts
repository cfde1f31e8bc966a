/** The five steps of the tour, each on the real page it is about. */
export interface TourStep {
  stage: string
  title: string
  text: string
  /** The page it is about; a step about one training sheet names what kind of one it wants. */
  to: string
  wants?: 'in review' | 'approved'
}

export const tourSteps: readonly TourStep[] = [
  {
    stage: 'Data',
    title: 'Point at your data',
    text: 'A sheet says which rows are items and joins their pictures and documents by key. Nothing is copied. Open one to see its items, or edit it to watch them change as you write.',
    to: '/data',
  },
  {
    stage: 'Generate',
    title: 'Make pairs',
    text: 'A sheet and a template make a training sheet: one pair per item. Items that were labeled before get their canonical label at once; only the rest is asked of a model or a person.',
    to: '/generate',
  },
  {
    stage: 'Label',
    title: 'Review with the keyboard',
    text: 'The source on the left, the answer on the right: A approves, E edits, R rejects, F flags, Ctrl+Z takes back. What you approve becomes the canonical label of that item, for every sheet and template after this one.',
    to: '/label',
    wants: 'in review',
  },
  {
    stage: 'Governance',
    title: 'Ask what may be used',
    text: 'Tags of the data decide what a pair may be used for: what reads a PHI column never leaves for training. “Why can’t I train on this?” names the rule, who set it, and what would change it.',
    to: '/governance',
  },
  {
    stage: 'Export',
    title: 'Let it go, with its papers',
    text: 'The labeled and allowed pairs of a training sheet leave as JSON Lines. The summary explains every exclusion, the manifest holds the hashes and whether the whole was approved, and lineage leads from each line back to its source row.',
    to: '/generate',
    wants: 'approved',
  },
]
