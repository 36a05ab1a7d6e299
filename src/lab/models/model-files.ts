import { copyFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What makes a folder that of a model, beside its weights; not every kind has each. */
export const modelFiles = ['config.json', 'tokenizer.json', 'model.onnx'] as const

/** Copies those files of a model folder that are there; the names of those copied. */
export async function copyModelFiles(from: string, to: string): Promise<string[]> {
  const copied: string[] = []
  for (const file of modelFiles) {
    const found = await stat(join(from, file)).catch(() => undefined)
    if (found?.isFile() !== true) continue
    await copyFile(join(from, file), join(to, file))
    copied.push(file)
  }
  return copied
}
