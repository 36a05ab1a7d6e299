import { useEffect, useState } from 'react'

const interval = 125 // milliseconds: smooth enough for a spinner, cheap beside the stages that share the cores

/** A number that grows while `active`, so that clocks and spinners are drawn again. */
export function useTick(active: boolean): number {
  const [tick, setTick] = useState(0)
  useEffect(() => {
    if (!active) return
    const timer = setInterval(() => {
      setTick((before) => before + 1)
    }, interval)
    return () => {
      clearInterval(timer)
    }
  }, [active])
  return tick
}
