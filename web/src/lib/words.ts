/** The words of the glossary that pages choose from, with what each means. */
export const roles = [
  { value: 'viewer', label: 'Viewer', hint: 'Reads everything up to internal.' },
  { value: 'expert', label: 'Expert', hint: 'Labels items and reviews pairs.' },
  { value: 'engineer', label: 'Engineer', hint: 'Makes sheets, templates, training sheets and exports.' },
  { value: 'governor', label: 'Governor', hint: 'Sets rules, grants waivers, reads the audit trail.' },
  { value: 'admin', label: 'Admin', hint: 'Everything, also members and models.' },
] as const

export type Role = (typeof roles)[number]['value']

export const classifications = [
  { value: 'public', label: 'Public' },
  { value: 'internal', label: 'Internal' },
  { value: 'confidential', label: 'Confidential' },
  { value: 'restricted', label: 'Restricted' },
] as const

export type Classification = (typeof classifications)[number]['value']

export const uses = [
  { value: 'training', label: 'Training' },
  { value: 'validation', label: 'Validation' },
  { value: 'evaluation', label: 'Evaluation' },
  { value: 'few_shot', label: 'Few-shot' },
  { value: 'testing', label: 'Testing' },
] as const

export type Use = (typeof uses)[number]['value']

/** A value of the API in the words people read: `few_shot` → "few-shot", `training_sheet` → "training sheet". */
export function spoken(value: string): string {
  return value === 'few_shot' ? 'few-shot' : value.replaceAll('_', ' ')
}

/** How often a model is right with such an answer, as people count and no finer than it can know: "9 in 10". */
export function inTen(share: number): string {
  const times = Math.round(share * 10)
  if (times === 0) return 'under 1 in 10'
  return times === 10 ? 'over 9 in 10' : `${times} in 10`
}

export const IN_TEN = 'About how often the model is right when it is as sure as here'
