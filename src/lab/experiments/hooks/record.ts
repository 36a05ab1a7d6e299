import type { HookedNetwork, HookEdit, HookRun } from '../../../engine/intervention/hooked-network.ts'
import { markSite, type Site } from '../../../engine/intervention/site.ts'

/** Values of a hook over all sequences of a run, side by side: sequence i begins at i · stride. */
export interface Recording {
  readonly values: Float32Array
  readonly stride: number
}

/** Runs sequences and keeps the values of some hooks. */
export async function record(
  network: HookedNetwork,
  run: Omit<HookRun, 'reads'>,
  hooks: readonly string[],
): Promise<Map<string, Recording>> {
  const sequences = run.tokens.length / run.length
  const kept = new Map<string, Recording>()
  await network.run({ ...run, reads: hooks }, ({ first, count, value }) => {
    for (const hook of hooks) {
      const values = value(hook)
      const stride = values.length / count
      const found = kept.get(hook) ?? { values: new Float32Array(sequences * stride), stride }
      found.values.set(values, first * stride)
      kept.set(hook, found)
    }
  })
  return kept
}

/** An edit that puts recorded values in place of a hook's own at a site that may differ by sequence; `undefined`: nowhere. */
export const replaceBy = (
  hook: string,
  { values, stride }: Recording,
  siteOf: (sequence: number) => Site | undefined,
): HookEdit => ({
  hook,
  kind: 'replace',
  fill: ({ first, count }, { source, mask, site }) => {
    source.set(values.subarray(first * stride, (first + count) * stride))
    for (let i = 0; i < count; i++) {
      const where = siteOf(first + i)
      if (where !== undefined) markSite(mask, site, { ...where, sequence: i })
    }
  },
})
