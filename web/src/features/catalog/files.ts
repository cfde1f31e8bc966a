/** Files of volumes by the full name that items carry: `/Volumes/catalog/schema/volume/path`. */
import { fileAddress, pictureAddress } from './sources'

export interface FileName {
  volume: string
  path: string
}

export function parseFileName(value: string): FileName | undefined {
  const match = /^\/Volumes\/([^/]+)\/([^/]+)\/([^/]+)\/(.+)$/i.exec(value)
  return match ? { volume: match.slice(1, 4).join('.'), path: match[4] ?? '' } : undefined
}

/** The content of a file named in full, for items of a definition that is not saved yet. */
export function namedFileAddress(value: string): string | undefined {
  const name = parseFileName(value)
  return name && fileAddress(name.volume, name.path)
}

export function namedPictureAddress(value: string, width?: number): string | undefined {
  const name = parseFileName(value)
  return name && pictureAddress(name.volume, name.path, width)
}
