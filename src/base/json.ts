/** Plain JSON data: what crosses a process border, lies in the store, or enters a digest. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}
