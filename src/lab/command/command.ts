import { Type } from '@sinclair/typebox'
import { defineStage } from '../../stage/stage-kind.ts'

/** A command of the user's own, with ports that are declared where it is written. */
export const command = defineStage({
  name: 'command',
  version: 1,
  role: 'command',
  summary: 'Run a command of your own on the outputs of other stages',
  example: [
    'run: python3 ${inputs.script} --model ${inputs.model} --out ${outputs.metrics}',
    'inputs: { model: some-model, script: ./probe.py }',
    'outputs:',
    '  metrics: { path: metrics.json, type: metrics }',
  ].join('\n'),
  seeded: false,
  isCommand: true,
  params: Type.Object({}),
  inputs: {},
  outputs: {},
  run: async (job) => (await import('./run-command.ts')).runCommand(job),
})
