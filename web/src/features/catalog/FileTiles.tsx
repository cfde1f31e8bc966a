/** Files as small pictures, folders first. */
import { File, Folder } from 'lucide-react'
import { Link } from 'react-router'
import { bytes } from '@/lib/numbers'
import { pictureAddress, type VolumeEntry } from './sources'

interface FileTilesProps {
  volume: string
  entries: readonly VolumeEntry[]
  onOpen: (entry: VolumeEntry) => void
}

const tile =
  'flex w-full flex-col overflow-hidden rounded-card border border-line bg-surface text-left hover:border-line-strong'

export function FileTiles({ volume, entries, onOpen }: FileTilesProps) {
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(9.5rem,1fr))] gap-3">
      {entries.map((entry) => (
        <li key={entry.path}>
          {entry.is_folder ? (
            <Link to={`?folder=${encodeURIComponent(entry.path)}`} className={tile}>
              <Face>
                <Folder aria-hidden size={34} strokeWidth={1.25} className="text-copper" />
              </Face>
              <Name name={entry.name} path={entry.path} detail="folder" />
            </Link>
          ) : (
            <button type="button" className={tile} onClick={() => onOpen(entry)}>
              <Face>
                {entry.has_picture ? (
                  <img
                    src={pictureAddress(volume, entry.path, 320)}
                    alt=""
                    loading="lazy"
                    className="size-full object-contain"
                  />
                ) : (
                  <File aria-hidden size={30} strokeWidth={1.25} className="text-ink-3" />
                )}
              </Face>
              <Name
                name={entry.name}
                path={entry.path}
                detail={entry.size_bytes == null ? '' : bytes(entry.size_bytes)}
              />
            </button>
          )}
        </li>
      ))}
    </ul>
  )
}

function Face({ children }: { children: React.ReactNode }) {
  return <span className="flex h-28 w-full items-center justify-center bg-sunken">{children}</span>
}

function Name({ name, path, detail }: { name: string; path: string; detail: string }) {
  return (
    <span className="block w-full border-t border-line px-2.5 py-1.5">
      <span className="block truncate font-medium" title={path}>
        {name}
      </span>
      <span className="block text-small text-ink-3">{detail}</span>
    </span>
  )
}
