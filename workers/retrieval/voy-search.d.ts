/** The inner module of voy-search; its own types cover only the bundler entry. */
declare module 'voy-search/voy_search_bg.js' {
  export { Voy } from 'voy-search'
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void
}

/** Vite answers the address of the file. */
declare module '*.wasm?url' {
  const url: string
  export default url
}
