import type { StageKind } from '../src/stage/stage-kind.ts'

export function codeOf(
  kinds: readonly StageKind[],
  closedSchema: (schema: object, partial: boolean) => object,
): Promise<Record<string, { whole: string; partial: string }>>
