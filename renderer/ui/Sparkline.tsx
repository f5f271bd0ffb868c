import { type SparkBand, sparkShape, type TrendPoint } from './sparkline.ts'
import styles from './Sparkline.module.css'

interface SparklineProps {
  readonly points: readonly TrendPoint[]
  readonly band: SparkBand
  /** What the picture says, in words: it is the only thing who listens gets of it. */
  readonly label: string
}

const [width, height] = [64, 18]

/** A trend at the size of a word: time to scale, the reference range behind it. */
export function Sparkline({ points, band, label }: SparklineProps) {
  const shape = sparkShape(points, band, width, height)
  if (!shape) return null
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- drawn here, in the colours of the theme
    <svg className={styles['sparkline']} viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={label}>
      {shape.band ? <rect className={styles['band']} x="0" y={shape.band.y} width={width} height={shape.band.height} /> : null}
      <path className={styles['line']} d={shape.path} />
      <circle className={styles['last']} cx={shape.last.x} cy={shape.last.y} r="1.8" />
    </svg>
  )
}
