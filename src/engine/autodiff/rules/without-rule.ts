/** Operators whose shapes are known and whose gradients are not written, with the reason in words for people. */
export const withoutRule = {
  OneHot: { none: 'its two values are constants in every known export' },
  Range: { none: 'its start, limit and step are constants in every known export' },
} satisfies Record<string, { readonly none: string }>

/** Operators people meet in files whose shapes depend on data, or that hold other graphs. */
export const reasons: Readonly<Record<string, string>> = {
  If: 'which branch runs is known only when it runs',
  Loop: 'how often its body runs is known only when it runs',
  Scan: 'its body is a graph of its own; unroll it when exporting',
  LSTM: 'recurrent layers in one operator are not covered; export them unrolled',
  GRU: 'recurrent layers in one operator are not covered; export them unrolled',
  RNN: 'recurrent layers in one operator are not covered; export them unrolled',
  SplitToSequence: 'the parts of a sequence that is cut or read at places known only when it runs have no shapes',
  SequenceAt: 'which part of the sequence is read is known only when it runs',
  SequenceInsert: 'a sequence that grows as it runs has no shapes',
  NonZero: 'the size of its output depends on the data',
  Unique: 'the size of its output depends on the data',
  Compress: 'the size of its output depends on the data',
  NonMaxSuppression: 'the size of its output depends on the data',
  QuantizeLinear: 'quantized graphs have no useful derivative; export the model in floating point',
  DequantizeLinear: 'quantized graphs have no useful derivative; export the model in floating point',
  QLinearConv: 'quantized graphs have no useful derivative; export the model in floating point',
  QLinearMatMul: 'quantized graphs have no useful derivative; export the model in floating point',
  ConvInteger: 'quantized graphs have no useful derivative; export the model in floating point',
  MatMulInteger: 'quantized graphs have no useful derivative; export the model in floating point',
  RandomNormal: 'it is random',
  RandomNormalLike: 'it is random',
  RandomUniform: 'it is random',
  RandomUniformLike: 'it is random',
  Bernoulli: 'it is random',
  Multinomial: 'it is random',
}
