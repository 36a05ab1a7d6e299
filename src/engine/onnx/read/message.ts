/** The messages of an ONNX file as {@link decodeMessage} gives them: absent fields are `undefined`, lists may be empty. */
export type Int = number | bigint
export interface ModelMessage {
  readonly irVersion?: Int
  readonly producerName?: string
  readonly producerVersion?: string
  readonly graph?: GraphMessage
  readonly opsetImport: readonly OpsetMessage[]
  readonly functions: readonly FunctionMessage[]
}
export interface OpsetMessage {
  readonly domain?: string
  readonly version?: Int
}
export interface FunctionMessage {
  readonly name?: string
  readonly domain?: string
  readonly overload?: string
  readonly input: readonly string[]
  readonly output: readonly string[]
  readonly attribute: readonly string[]
  readonly attributeProto: readonly AttributeMessage[]
  readonly node: readonly NodeMessage[]
  readonly opsetImport: readonly OpsetMessage[]
}
export interface GraphMessage {
  readonly name?: string
  readonly node: readonly NodeMessage[]
  readonly initializer: readonly TensorMessage[]
  readonly sparseInitializer: readonly { readonly values?: TensorMessage }[]
  readonly input: readonly ValueMessage[]
  readonly output: readonly ValueMessage[]
  readonly valueInfo: readonly ValueMessage[]
}
export interface NodeMessage {
  readonly name?: string
  readonly opType?: string
  readonly domain?: string
  readonly overload?: string
  readonly input: readonly string[]
  readonly output: readonly string[]
  readonly attribute: readonly AttributeMessage[]
}
export interface AttributeMessage {
  readonly name?: string
  readonly type?: number
  readonly refAttrName?: string
  readonly f?: number
  readonly i?: Int
  readonly s?: Uint8Array
  readonly t?: TensorMessage
  readonly g?: GraphMessage
  readonly floats: readonly number[]
  readonly ints: readonly Int[]
  readonly strings: readonly Uint8Array[]
  readonly sparseTensor?: object
}
export interface TensorMessage {
  readonly name?: string
  readonly dims: readonly Int[]
  readonly dataType?: number
  readonly dataLocation?: number
  readonly rawData?: Uint8Array
  readonly floatData: readonly number[]
  readonly doubleData: readonly number[]
  readonly int32Data: readonly number[]
  readonly int64Data: readonly Int[]
  readonly uint64Data: readonly Int[]
  readonly stringData: readonly Uint8Array[]
  readonly externalData: readonly { readonly key?: string; readonly value?: string }[]
}
export interface ValueMessage {
  readonly name?: string
  readonly type?: {
    readonly tensorType?: {
      readonly elemType?: number
      readonly shape?: { readonly dim: readonly { readonly dimValue?: Int; readonly dimParam?: string }[] }
    }
    readonly sequenceType?: object
    readonly mapType?: object
    readonly sparseTensorType?: object
    readonly optionalType?: object
  }
}
