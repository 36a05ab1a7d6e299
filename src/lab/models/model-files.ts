import { copyFile, mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { asStageError } from '../series.ts'

/** What makes a folder that of a model, beside its weights; not every kind has each. */
export const modelFiles = ['config.json', 'tokenizer.json', 'model.onnx'] as const

/** Copies those files of a model folder that are there, and what an ONNX file keeps beside it; the names of those copied. */
export async function copyModelFiles(from: string, to: string): Promise<string[]> {
  const copied: string[] = []
  for (const file of modelFiles) {
    const found = await stat(join(from, file)).catch(() => undefined)
    if (found?.isFile() !== true) continue
    await copyFile(join(from, file), join(to, file))
    copied.push(file)
    if (file === 'model.onnx') copied.push(...(await copyExternalFiles(join(from, file), to)))
  }
  return copied
}

/** Copies the files that an ONNX file keeps its tensors in, under the names it calls them by. Throws StageError. */
export async function copyExternalFiles(onnx: string, to: string): Promise<string[]> {
  const { externalFiles } = await import('../../engine/onnx/read/external-files.ts')
  const files = await asStageError(() => externalFiles(onnx))
  for (const file of files) {
    await mkdir(dirname(join(to, file)), { recursive: true })
    await copyFile(join(dirname(onnx), file), join(to, file))
  }
  return files
}
