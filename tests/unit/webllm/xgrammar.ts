import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { compileFunction, constants } from 'node:vm'

type Compiled = object
type Matcher = { acceptToken(id: number): boolean; isTerminated(): boolean; dispose(): void }
type Xgrammar = {
  TokenizerInfo: {
    createTokenizerInfo(vocabulary: string[], kind: string, space: boolean, size: number, ends: number[]): Promise<object>
  }
  GrammarCompiler: { createGrammarCompiler(info: object): Promise<{ compileGrammar(ebnf: string): Promise<Compiled> }> }
  GrammarMatcher: { createGrammarMatcher(grammar: Compiled): Promise<Matcher> }
}

const require = createRequire(import.meta.url)
const END = 256

/** The grammar engine inside web-llm, same version. Its package calls itself a module and is none, so it is run as a script. */
const load = (): Xgrammar => {
  const file = require.resolve('@mlc-ai/web-xgrammar')
  const module = { exports: {} as Xgrammar }
  const run = compileFunction(readFileSync(file, 'utf8'), ['module', 'exports', 'require', '__filename'], {
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
  run(module, module.exports, require, file)
  return module.exports
}

/** Whether a text is one whole sentence of an EBNF grammar, read byte by byte by xgrammar. */
export const xgrammar = async (ebnf: string): Promise<(text: string) => Promise<boolean>> => {
  const { TokenizerInfo, GrammarCompiler, GrammarMatcher } = load()
  const bytes = Array.from({ length: 256 }, (_, b) => `<0x${b.toString(16).toUpperCase().padStart(2, '0')}>`)
  const info = await TokenizerInfo.createTokenizerInfo([...bytes, '</s>'], 'byte_fallback', false, 257, [END])
  const grammar = await (await GrammarCompiler.createGrammarCompiler(info)).compileGrammar(ebnf)
  return async (text) => {
    const matcher = await GrammarMatcher.createGrammarMatcher(grammar)
    const isSentence = [...new TextEncoder().encode(text), END].every((id) => matcher.acceptToken(id))
    matcher.dispose()
    return isSentence
  }
}
