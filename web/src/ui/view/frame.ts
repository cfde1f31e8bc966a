/** Where a picture stands in its panel: pure arithmetic of zoom and pan around the panel's middle. */
export interface Frame {
  scale: number
  x: number
  y: number
}

interface Point {
  x: number
  y: number
}

export const fitted: Frame = { scale: 1, x: 0, y: 0 }

const SMALLEST = 0.25
const LARGEST = 16

/** Zooms by `factor`, keeping what is under `at` (from the panel's middle) where it is. */
export function zoomed(frame: Frame, factor: number, at: Point): Frame {
  const scale = Math.min(LARGEST, Math.max(SMALLEST, frame.scale * factor))
  const real = scale / frame.scale
  return { scale, x: at.x - (at.x - frame.x) * real, y: at.y - (at.y - frame.y) * real }
}

export function moved(frame: Frame, by: Point): Frame {
  return { ...frame, x: frame.x + by.x, y: frame.y + by.y }
}
