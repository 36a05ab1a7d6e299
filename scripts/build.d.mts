export function isStale(folder?: string): boolean
export function build(folder?: string, options?: { clean?: boolean }): Promise<number>
