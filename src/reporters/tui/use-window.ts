import { useStdout } from 'ink'
import { useEffect, useState } from 'react'

export interface WindowSize {
  readonly columns: number
  readonly rows: number
}

/** The terminal's size, followed when it changes; 80 × 24 where the stream does not know. */
export function useWindow(fixed: Partial<WindowSize> = {}): WindowSize {
  const { stdout } = useStdout()
  const [size, setSize] = useState(() => sizeOf(stdout))
  useEffect(() => {
    const follow = () => {
      setSize(sizeOf(stdout))
    }
    stdout.on('resize', follow)
    return () => {
      stdout.off('resize', follow)
    }
  }, [stdout])
  return { columns: Math.max(20, fixed.columns ?? size.columns), rows: Math.max(6, fixed.rows ?? size.rows) }
}

// A terminal that does not know its size reports 0 or nothing at all.
const sizeOf = (stdout: { columns?: number; rows?: number }): WindowSize => ({
  columns: known(stdout.columns) ?? 80,
  rows: known(stdout.rows) ?? 24,
})
const known = (size: number | undefined): number | undefined => (size === 0 ? undefined : size)
