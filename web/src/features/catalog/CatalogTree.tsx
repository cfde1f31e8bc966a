/** Catalogs with their schemas; the chosen schema stands in the address. A catalog is tagged here: it has no page. */
import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { Database, Tags } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Schemas } from '@/api/client'
import { useMay } from '@/api/me'
import { IconButton } from '@/ui/IconButton'
import { SkeletonText } from '@/ui/Skeleton'
import { schemasQuery } from './sources'
import { TagEditor } from './TagEditor'

interface CatalogTreeProps {
  catalogs: readonly Schemas['Catalog'][] | undefined
  current: string | undefined
}

export function CatalogTree({ catalogs, current }: CatalogTreeProps) {
  const may = useMay('governance.narrow')
  const [tagging, tag] = useState<Schemas['Catalog']>()
  if (!catalogs) return <SkeletonText lines={4} />
  return (
    <nav aria-label="Schemas" className="flex flex-col gap-3">
      {catalogs.map((catalog) => (
        <section key={catalog.name} aria-label={catalog.name}>
          <h2 className="flex h-7 items-center gap-2 font-medium" title={catalog.comment}>
            <Database aria-hidden size={15} className="text-ink-3" />
            <span className="min-w-0 flex-1 truncate">{catalog.name}</span>
            {may && (
              <IconButton
                size="small"
                icon={Tags}
                label={`Tags of ${catalog.name}`}
                onClick={() => tag(catalog)}
              />
            )}
          </h2>
          <Branch catalog={catalog.name} current={current} />
        </section>
      ))}
      {tagging && (
        <TagEditor
          source={tagging.name}
          own={tagging.tags}
          inherited={tagging.tags}
          onClose={() => tag(undefined)}
        />
      )}
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
