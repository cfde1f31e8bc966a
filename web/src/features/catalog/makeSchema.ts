/** Making the schema that a first table or volume goes into. */
import { api } from '@/api/client'
import { ProblemError } from '@/api/problem'

export const DEFAULT_SCHEMA = 'main.default'

/** That it exists already is no problem. */
const quietly = (error: unknown) => {
  if (!(error instanceof ProblemError && error.isConflict)) throw error
}

export async function makeCatalog(name: string): Promise<void> {
  await api.POST('/api/v1/catalog/catalogs', { body: { name, comment: '' } }).catch(quietly)
}

export async function makeSchema(schema: string): Promise<void> {
  const [catalog = '', name = ''] = schema.split('.')
  await makeCatalog(catalog)
  await api
    .POST('/api/v1/catalog/schemas', { body: { catalog_name: catalog, name, comment: '' } })
    .catch(quietly)
}
