/** Grey shapes where content will be, so that nothing jumps when it arrives. */
import { clsx } from 'clsx'

export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={clsx('block animate-pulse rounded-tag bg-sunken', className)} />
}

export function SkeletonText({ lines = 3 }: { lines?: number }) {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-2.5">
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} className={clsx('h-3', index === lines - 1 ? 'w-1/2' : 'w-full')} />
      ))}
    </div>
  )
}
