export function build(folder?: string, options?: { clean?: boolean }): Promise<number>
