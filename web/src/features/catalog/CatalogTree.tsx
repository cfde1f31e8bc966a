/** Catalogs with their schemas; the chosen schema stands in the address. */
import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { Database } from 'lucide-react'
import { Link } from 'react-router'
import type { Schemas } from '@/api/client'
import { SkeletonText } from '@/ui/Skeleton'
import { schemasQuery } from './sources'

interface CatalogTreeProps {
  catalogs: readonly Schemas['Catalog'][] | undefined
  current: string | undefined
}

export function CatalogTree({ catalogs, current }: CatalogTreeProps) {
  if (!catalogs) return <SkeletonText lines={4} />
  return (
    <nav aria-label="Schemas" className="flex flex-col gap-3">
      {catalogs.map((catalog) => (
        <section key={catalog.name} aria-label={catalog.name}>
          <h2 className="flex h-7 items-center gap-2 font-medium" title={catalog.comment}>
            <Database aria-hidden size={15} className="text-ink-3" />
            {catalog.name}
          </h2>
          <Branch catalog={catalog.name} current={current} />
        </section>
      ))}
    </nav>
  )
}

function Branch({ catalog, current }: { catalog: string; current: string | undefined }) {
  const { data } = useQuery(schemasQuery(catalog))
  return (
    <ul className="ml-1.75 border-l border-line pl-2">
      {data?.map((schema) => (
        <li key={schema.full_name}>
          <Link
            to={`/data/catalog/${schema.full_name}`}
            aria-current={schema.full_name === current ? 'page' : undefined}
            title={schema.comment}
            className={clsx(
              'flex h-7 items-center truncate rounded-control px-2',
              schema.full_name === current
                ? 'bg-accent-soft font-medium text-accent-ink'
                : 'text-ink-2 hover:bg-hover',
            )}
          >
            {schema.name}
          </Link>
        </li>
      ))}
    </ul>
  )
}
