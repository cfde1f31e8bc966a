/** Which rows an action is for: some by name, or everything the query matches but a few. */
export type Selection =
  { of: 'rows'; ids: ReadonlySet<string> } | { of: 'query'; except: ReadonlySet<string> }

export const nothing: Selection = { of: 'rows', ids: new Set() }
export const everything: Selection = { of: 'query', except: new Set() }

export function isSelected(selection: Selection, id: string): boolean {
  return selection.of === 'rows' ? selection.ids.has(id) : !selection.except.has(id)
}

export function toggle(selection: Selection, id: string): Selection {
  const flip = (ids: ReadonlySet<string>) => {
    const next = new Set(ids)
    if (!next.delete(id)) next.add(id)
    return next
  }
  return selection.of === 'rows'
    ? { of: 'rows', ids: flip(selection.ids) }
    : { of: 'query', except: flip(selection.except) }
}

/** Selects or unselects the given rows together, as a click with Shift does. */
export function setAll(selection: Selection, ids: readonly string[], selected: boolean): Selection {
  const change = ids.filter((id) => isSelected(selection, id) !== selected)
  return change.reduce(toggle, selection)
}

/** How many rows are selected; undefined while the server has not counted the query. */
export function selectedCount(selection: Selection, total: number | undefined): number | undefined {
  if (selection.of === 'rows') return selection.ids.size
  return total === undefined ? undefined : Math.max(0, total - selection.except.size)
}

export function isNothing(selection: Selection): boolean {
  return selection.of === 'rows' && selection.ids.size === 0
}
