import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { generated } from './generated.ts'

// npm run generate [-- --check]: writes every generated file, or says which are stale.
const isCheck = process.argv.includes('--check')
for (const { file, text } of generated) {
  const now = await text()
  if (existsSync(file) && readFileSync(file, 'utf8') === now) continue
  const shown = path.relative('', file)
  if (isCheck) {
    console.error(`${shown} is not what the source says`)
    process.exitCode = 1
  } else {
    writeFileSync(file, now)
    console.log(`wrote ${shown}`)
  }
}
