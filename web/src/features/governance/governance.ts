/** What the server says of usage constraints, tags, waivers and exits. */
import { queryOptions } from '@tanstack/react-query'
import { answer, api, type Schemas } from '@/api/client'

export type Use = Schemas['Use']
export type Waiver = Schemas['Waiver']
export type Exit = Schemas['Exit']
export type Tag = Schemas['Tag']

export const USES: readonly Use[] = ['training', 'validation', 'evaluation', 'few_shot', 'testing']
export const CLASSIFICATIONS = ['public', 'internal', 'confidential', 'restricted'] as const

/** `few_shot` → "few-shot". */
export const spokenUse = (use: string) => use.replaceAll('_', '-')

export interface Subject {
  kind: 'sheet' | 'labelset' | 'label' | 'pair'
  id: string
}

const of = ({ kind, id }: Subject) => ({ params: { path: { subject_kind: kind, subject_id: id } } })

export const constraintsQuery = (subject: Subject) =>
  queryOptions({
    queryKey: ['constraints', subject.kind, subject.id],
    queryFn: () => answer(api.GET('/api/v1/governance/constraints/{subject_kind}/{subject_id}', of(subject))),
    staleTime: 0,
  })

export const saveConstraints = (subject: Subject, body: Schemas['ConstraintsChange']) =>
  answer(api.PUT('/api/v1/governance/constraints/{subject_kind}/{subject_id}', { ...of(subject), body }))

export const organisationQuery = queryOptions({
  queryKey: ['governance', 'organisation'],
  queryFn: () => answer(api.GET('/api/v1/governance/organisation')),
})
