export function isStale(folder: string): boolean
export function modified(file: string): number
