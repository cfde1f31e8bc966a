/** How far the workspace is, and what to do next there: pure reading of what the lists say. */
import type { Schemas } from '@/api/client'

export type TrainingSheet = Schemas['TrainingSheet']

/** What waits for a person in a training sheet. */
export function toReview({ counts }: TrainingSheet): number {
  return counts.unlabeled + counts.flagged + counts.rejected
}

export interface Overview {
  sheets: number
  publishedSheets: number
  labelsets: number
  templates: number
  trainingSheets: readonly TrainingSheet[]
  exports: number
}

export interface NextStep {
  title: string
  why: string
  to: string
  permission: string
}

const AT_MOST = 5

/** The most useful things to do now, first things first; the caller leaves out what the person may not do. */
export function nextSteps(overview: Overview): NextStep[] {
  const steps: NextStep[] = []
  const add = (title: string, why: string, to: string, permission: string) =>
    steps.push({ title, why, to, permission })
  for (const sheet of overview.trainingSheets) {
    const waiting = sheet.counts.unlabeled + sheet.counts.flagged
    if (sheet.state === 'failed') {
      add(
        `Resume ${sheet.name}`,
        'Its generation stopped before the end.',
        `/generate/${sheet.id}`,
        'generation.write',
      )
    } else if (sheet.state === 'review' && waiting > 0) {
      add(
        `Review ${sheet.name}`,
        `${toReview(sheet)} of ${sheet.counts.total} pairs are to review.`,
        `/label/${sheet.id}`,
        'pairs.review',
      )
    } else if (sheet.state === 'review' && sheet.counts.total > 0) {
      add(
        `Approve ${sheet.name}`,
        'Every pair is reviewed.',
        `/generate/${sheet.id}`,
        'training_sheets.approve',
      )
    }
  }
  const approved = overview.trainingSheets.find(({ state }) => state === 'approved')
  if (approved && overview.exports === 0) {
    add(
      `Export ${approved.name}`,
      'It is approved; the gate says what may leave.',
      `/generate/${approved.id}`,
      'exports.write',
    )
  }
  if (overview.sheets === 0) {
    add('Bring your data', 'Upload a table, or pictures and documents.', '/data/catalog', 'catalog.write')
    add('Make a sheet', 'Say which rows and files are your items.', '/data', 'sheets.write')
  } else if (overview.publishedSheets === 0) {
    add(
      'Publish a sheet',
      'Training sheets and labels are made from published ones.',
      '/data',
      'sheets.write',
    )
  }
  if (overview.labelsets === 0) {
    add(
      'Make a labelset',
      'Say what an answer looks like: classes, or a schema.',
      '/labelsets',
      'labelsets.write',
    )
  }
  if (overview.labelsets > 0 && overview.templates === 0) {
    add('Write a template', 'The prompt that turns an item into a pair.', '/templates', 'templates.write')
  }
  if (overview.publishedSheets > 0 && overview.templates > 0 && overview.trainingSheets.length === 0) {
    add('Generate a training sheet', 'A sheet and a template make pairs.', '/generate', 'generation.write')
  }
  return steps.slice(0, AT_MOST)
}

/** How many answers were taken from canonical labels in place of asking an expert again. */
export function reusedLabels(sheets: readonly TrainingSheet[]): number {
  return sheets.reduce((sum, { counts }) => sum + counts.reused, 0)
}

/** The bar of a training sheet: answers reused are told apart from those reviewed here. */
export function barOf({ counts }: TrainingSheet) {
  const reused = Math.min(counts.reused, counts.labeled)
  return {
    labeled: counts.labeled - reused,
    reused,
    flagged: counts.flagged,
    rejected: counts.rejected,
    unlabeled: counts.unlabeled,
  }
}
