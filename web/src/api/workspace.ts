/** Which workspace this window works in: its short name stands in the address, `/w/<slug>/…`. */
const ADDRESS = /^\/w\/([a-z0-9-]+)(\/.*)?$/

export function slugIn(pathname: string): string | undefined {
  return ADDRESS.exec(pathname)?.[1]
}

/** The address of a workspace's page; `path` as the routes write it. */
export function addressIn(slug: string, path = '/'): string {
  return `/w/${slug}${path}`
}

/** The short name now in the address bar; undefined before a person has been sent to their workspace. */
export function currentWorkspace(): string | undefined {
  return slugIn(window.location.pathname)
}
