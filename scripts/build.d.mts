export function findStale(folder?: string): { compile: string[]; remove: string[] }
export function build(folder?: string): Promise<number>
