/** What was changed on one thing, step by step, so that it can be taken back and put back. Pure. */
export interface Steps<Content> {
  /** What it was before each change, oldest first, and what was taken back, newest first. */
  before: readonly Content[]
  after: readonly Content[]
  /** Where the last change was typed: going on there is no new step. */
  typedIn?: unknown
}

export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
}

export const noSteps = { before: [], after: [] }

/** After a change from `content`; `typedIn` is the text field that it was typed in, if any. */
export function stepped<Content>(steps: Steps<Content>, content: Content, typedIn?: unknown): Steps<Content> {
  const goesOn = typedIn !== undefined && typedIn === steps.typedIn
  return { before: goesOn ? steps.before : [...steps.before, content], after: [], typedIn }
}

/** The step before, and what it held; undefined when nothing was changed. */
export function stepBack<Content>({ before, after }: Steps<Content>, content: Content) {
  const to = before.at(-1)
  return to && { to, steps: { before: before.slice(0, -1), after: [content, ...after] } }
}

/** The step that was taken back last, and what it held; undefined when none was. */
export function stepForth<Content>({ before, after }: Steps<Content>, content: Content) {
  const [to, ...rest] = after
  return to && { to, steps: { before: [...before, content], after: rest } }
}

/** After a part came to stand for good, as `content` has it: no step leads away from it. */
export function settledIn<Content extends object>(
  { before, after }: Steps<Content>,
  part: Partial<Content>,
  content: Content,
): Steps<Content> {
  const changes = [...before.map((each) => ({ ...each, ...part })), content]
  return {
    before: changes.slice(0, -1).filter((each, place) => !same(each, changes[place + 1])),
    after: after
      .map((each) => ({ ...each, ...part }))
      .filter((each, place, all) => !same(each, place === 0 ? content : all[place - 1])),
  }
}
