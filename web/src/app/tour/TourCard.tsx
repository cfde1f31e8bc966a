/** The invitation to the tour on the start page. */
import { Route } from 'lucide-react'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { resumeTour, startTour, useTour } from './tour'
import { tourSteps } from './steps'

export function TourCard() {
  const tour = useTour()
  if (tour.open) return null
  const begun = tour.step > 0 && !tour.finished
  return (
    <Card title="Five steps, five minutes">
      <p className="text-ink-2">{tourSteps.map(({ stage }) => stage).join(' → ')}</p>
      <Button className="mt-3" icon={Route} onClick={begun ? resumeTour : startTour}>
        {begun ? `Resume at step ${tour.step + 1}` : tour.finished ? 'Take the tour again' : 'Take the tour'}
      </Button>
    </Card>
  )
}
