/**
 * The text of a first pipeline: it needs no file besides itself, runs in about a minute, and asks the question that
 * assay is for. `schema` is the path of the JSON Schema from the pipeline's folder, for editors.
 */
export const starterPipeline = ({ name, schema }: { name: string; schema: string }): string =>
  `# yaml-language-server: $schema=${schema}
# $schema: ${schema}
assay: 1
name: ${/^[A-Za-z][\w-]*$/.test(name) ? name : JSON.stringify(name)}
description: How far can a small model be degraded before it stops naming the indirect object?
seed: 0

# Read as \${params.threshold}; \`assay run -p threshold=0.9\` sets another value.
params:
  threshold: { type: number, default: 0.95, minimum: 0, maximum: 1, description: Least accuracy to call it solved }

# Every stage has a kind (\`use\`) and what the kind takes (\`with\`). \`assay kinds\` lists the kinds, \`assay kinds ioi\`
# documents one. A stage reads another's output by its name, as \`stage\` or \`stage.output\`.
stages:
  # A text with a rule to learn (who was given what), facts to memorise, and an entropy that is known exactly.
  # With a model of your own, replace corpus, training and subject: { use: model, with: { path: ./my-model } }.
  corpus:
    use: tiny-corpus
    with: { sentences: 8000, validation: 500, facts: 60, shares: { ioi: 0.7, facts: 0.25, filler: 0.05 } }

  training:
    use: text
    with: { text: corpus.train, tokenizer: corpus.tokenizer }

  validation:
    use: text
    with: { text: corpus.validation, tokenizer: corpus.tokenizer }

  subject:
    use: train
    with: { data: training, tokenizer: corpus.tokenizer, steps: 1200, batch: 48 }

  # The natural scale: as far above the model's loss as the model is above the best possible one.
  natural:
    use: natural-scale
    with: { model: subject.model, data: validation, reference: corpus.surprisal }

  # The search: degrade the model step by step, measure at each level, stop where the claim no longer holds.
  ioi:
    use: coarsest
    with:
      model: subject.model
      from: \${natural.modelLoss}
      until: \${natural.loss}
      degrade: { use: sgld, with: { data: training, measured: validation, chains: 4, draws: 4 } }
      measure: { use: ioi, with: { grammar: corpus.grammar } }
      beside:
        facts: { use: recall, with: { facts: corpus.facts } } # what melts first?
      keep: accuracy >= \${params.threshold}
      maxLevels: 4
`
