/** The items of a sheet version, as its sources are now. */
import { useQuery } from '@tanstack/react-query'
import { count } from '@/lib/numbers'
import { useUrlParameter } from '@/lib/urlState'
import { Button } from '@/ui/Button'
import { ErrorState } from '@/ui/ErrorState'
import { SkeletonText } from '@/ui/Skeleton'
import { ItemGrid } from './ItemGrid'
import { CheckLine } from './CheckLine'
import { itemFileAddress, itemPictureAddress, itemsQuery, sheetCheckQuery, type SheetVersion } from './sheets'

const AT_ONCE = 50

export function SheetItems({ sheetId, version }: { sheetId: string; version: SheetVersion }) {
  const [from, setFrom] = useUrlParameter('from', '0')
  const start = Math.max(0, Number(from) || 0)
  const { number } = version
  const items = useQuery(itemsQuery(sheetId, number, start, AT_ONCE))
  const check = useQuery(sheetCheckQuery(sheetId, number))
  if (items.error) return <ErrorState error={items.error} onRetry={() => void items.refetch()} />
  if (!items.data) return <SkeletonText lines={8} />
  const place = (itemRef: string, field: string, index: number) => ({
    sheetId,
    itemRef,
    field,
    index,
    number,
  })
  const total = check.data?.item_count
  const last = start + items.data.items.length
  return (
    <>
      <div className="pb-3">
        <CheckLine check={check.data} busy={check.isFetching} />
      </div>
      <ItemGrid
        page={items.data}
        fileAddress={(ref, field, index) => itemFileAddress(place(ref, field, index))}
        pictureAddress={(ref, field, index) => itemPictureAddress(place(ref, field, index), 160)}
      />
      <div className="flex shrink-0 items-center gap-2 pt-2 text-small text-ink-3">
        {last > start ? `${count(start + 1)}–${count(last)}` : 'No items'}
        {total !== undefined && ` of ${count(total)}`}
        <Button
          size="small"
          disabled={start === 0}
          onClick={() => setFrom(String(Math.max(0, start - AT_ONCE)))}
        >
          Previous
        </Button>
        <Button
          size="small"
          disabled={items.data.items.length < AT_ONCE || last === total}
          onClick={() => setFrom(String(start + AT_ONCE))}
        >
          Next
        </Button>
      </div>
    </>
  )
}
