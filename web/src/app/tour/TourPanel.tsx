/** The tour as a small panel over the real pages; leaving it keeps the place. */
import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { ArrowLeft, ArrowRight, X } from 'lucide-react'
import { useEffect } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { answer, api } from '@/api/client'
import { Button } from '@/ui/Button'
import { arriveAtStep, closeTour, goToStep, useTour } from './tour'
import { tourSteps, type TourStep } from './steps'

export function TourPanel() {
  const tour = useTour()
  if (!tour.open) return null
  return (
    <Panel
      number={tour.step}
      arrived={tour.arrived}
      step={tourSteps[tour.step] ?? (tourSteps[0] as TourStep)}
    />
  )
}

function Panel({ number, step, arrived }: { number: number; step: TourStep; arrived: boolean }) {
  const to = usePlace(step)
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const isLast = number === tourSteps.length - 1
  useEffect(() => {
    // A step leads to its page once; from there on a person may wander.
    if (to === undefined || arrived) return
    arriveAtStep()
    void navigate(to)
  }, [arrived, navigate, to])
  return (
    <aside
      aria-label="Guided tour"
      className="popover fixed bottom-4 left-54 z-30 w-120 max-w-[calc(100vw-15rem)] border-accent p-4"
    >
      <div className="flex items-center gap-3">
        <ol aria-label={`Step ${number + 1} of ${tourSteps.length}`} className="flex gap-1">
          {tourSteps.map(({ stage }, place) => (
            <li key={stage}>
              <button
                type="button"
                aria-label={stage}
                aria-current={place === number ? 'step' : undefined}
                onClick={() => goToStep(place)}
                className="flex h-6 items-center px-0.5"
              >
                <span
                  className={clsx(
                    'block h-1.5 w-7 rounded-full',
                    place <= number ? 'bg-accent' : 'bg-neutral-soft',
                  )}
                />
              </button>
            </li>
          ))}
        </ol>
        <span className="eyebrow text-ink-3">{step.stage}</span>
        <button
          type="button"
          aria-label="Leave the tour"
          onClick={closeTour}
          className="ml-auto flex size-6 items-center justify-center rounded-control text-ink-3 hover:bg-hover hover:text-ink"
        >
          <X aria-hidden size={15} />
        </button>
      </div>
      <h2 className="mt-2 text-lead">{step.title}</h2>
      <p className="mt-1 text-pretty text-ink-2">{step.text}</p>
      <div className="mt-3 flex items-center gap-2">
        {number > 0 && (
          <Button size="small" icon={ArrowLeft} onClick={() => goToStep(number - 1)}>
            Back
          </Button>
        )}
        {to !== undefined && !pathname.startsWith(to.split('?')[0] ?? to) && (
          <Button size="small" tone="quiet" onClick={() => void navigate(to)}>
            Go there
          </Button>
        )}
        <Button
          size="small"
          tone="primary"
          icon={ArrowRight}
          className="ml-auto"
          onClick={() => goToStep(number + 1)}
        >
          {isLast ? 'Finish' : 'Next'}
        </Button>
      </div>
    </aside>
  )
}

/** The step's page; one training sheet of the wanted kind where there is one, else the list. */
function usePlace(step: TourStep): string | undefined {
  const state = step.wants === 'approved' ? 'approved' : 'review'
  const found = useQuery({
    queryKey: ['training-sheets', 'tour', state],
    queryFn: () => answer(api.GET('/api/v1/training-sheets', { params: { query: { state, limit: 1 } } })),
    enabled: step.wants !== undefined,
  })
  if (!step.wants) return step.to
  if (found.isPending) return undefined
  const first = found.data?.items[0]
  return first ? `${step.to}/${first.id}` : step.to
}
