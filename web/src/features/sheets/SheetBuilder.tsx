/** Writing a definition on the left, its joined items live on the right. */
import { useQuery } from '@tanstack/react-query'
import { Eye } from 'lucide-react'
import { useMemo, type ReactNode } from 'react'
import { ProblemError } from '@/api/problem'
import { namedFileAddress, namedPictureAddress } from '@/features/catalog'
import { useDebounced } from '@/lib/useDebounced'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNote } from '@/ui/ErrorState'
import { SkeletonText } from '@/ui/Skeleton'
import { DefinitionForm } from './DefinitionForm'
import { ItemGrid } from './ItemGrid'
import { CheckLine } from './CheckLine'
import { isBeside, isFinished, tryable } from './definition'
import { definitionCheckQuery, previewQuery, type Definition } from './sheets'

interface SheetBuilderProps {
  definition: Definition
  onChange: (definition: Definition) => void
  /** Above the definition: name and description of a new sheet. */
  children?: ReactNode
}

const PREVIEW_ITEMS = 20
const TYPING_PAUSE_MS = 400
const COUNTING_PAUSE_MS = 900

export function SheetBuilder({ definition, onChange, children }: SheetBuilderProps) {
  // The same object while nothing changes: a value that rests is what debouncing waits for.
  const now = useMemo(() => tryable(definition), [definition])
  const preview = useQuery(previewQuery(useDebounced(now, TYPING_PAUSE_MS), PREVIEW_ITEMS))
  const toCheck = useDebounced(now, COUNTING_PAUSE_MS)
  const check = useQuery({
    ...definitionCheckQuery(toCheck),
    enabled: toCheck !== undefined && preview.isSuccess,
  })
  const problem = preview.error instanceof ProblemError ? preview.error : undefined
  const elsewhere = preview.error && !(problem && now && isBeside(problem, now))
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[minmax(22rem,2fr)_minmax(0,3fr)] gap-6">
      <div className="-ml-1 min-h-0 overflow-auto pr-2 pb-6 pl-1">
        {children}
        <DefinitionForm definition={definition} onChange={onChange} problem={problem} />
      </div>
      <section aria-label="Preview" className="flex min-h-0 flex-col gap-3">
        {!now ? (
          <EmptyState icon={Eye} title="The items appear here">
            Choose a primary table and the columns that name an item.
          </EmptyState>
        ) : (
          <>
            <CheckLine check={check.data} busy={check.isFetching} />
            {!isFinished(definition) && (
              <p className="text-small text-ink-2">
                A join is not finished: it is left out here, and saving waits for it.
              </p>
            )}
            {preview.error &&
              (elsewhere ? <ErrorNote error={preview.error} /> : <Stale kept={preview.data !== undefined} />)}
            {preview.data ? (
              <div className={preview.error ? 'flex min-h-0 flex-col opacity-50' : 'flex min-h-0 flex-col'}>
                <ItemGrid
                  page={preview.data}
                  fileAddress={(_ref, _field, _index, name) => namedFileAddress(name) ?? ''}
                  pictureAddress={(_ref, _field, _index, name) => namedPictureAddress(name, 160) ?? ''}
                />
              </div>
            ) : (
              !preview.error && <SkeletonText lines={8} />
            )}
          </>
        )}
      </section>
    </div>
  )
}

function Stale({ kept }: { kept: boolean }) {
  return (
    <p className="rounded-control bg-warn-soft px-3 py-2 text-ink">
      The definition has a problem, marked beside its field.{kept && ' Below are the items before it.'}
    </p>
  )
}
