import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReplicaPool } from '#server/endpoint/replica-pool.ts'

const setUp = (urls: string[], random = () => 0.5) => {
  let at = 0
  const pool = new ReplicaPool(urls, () => at, random)
  return { pool, wait: (ms: number) => (at += ms), urls: (model = 'm') => pool.inTurn(model).map((r) => r.url) }
}

describe('ReplicaPool', () => {
  it('gives turns, each with the others to fall back on', () => {
    const { urls } = setUp(['a', 'b', 'c'])
    expect([urls(), urls(), urls(), urls()]).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c', 'a'],
      ['c', 'a', 'b'],
      ['a', 'b', 'c'],
    ])
  })

  it('doubles the wait of one that keeps failing, up to a minute, and forgets it when it answers', () => {
    const { pool, wait, urls } = setUp(['a'])
    const [a] = pool.all
    if (!a) throw new Error('no replica')
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      pool.setAside(a)
      wait(seconds * 1000 - 1)
      expect(urls()).toEqual([])
      expect(pool.backInSeconds).toBe(1)
      wait(1)
      expect(urls()).toEqual(['a'])
    }
    pool.answered(a)
    pool.setAside(a)
    expect(pool.backInSeconds).toBe(1)
  })

  it('jitters: between half and one and a half of the wait, and never for longer than a minute', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.integer({ min: 0, max: 8 }), (draw, failures) => {
        const { pool, wait } = setUp(['a'], () => draw)
        const [a] = pool.all
        if (!a) throw new Error('no replica')
        for (let i = 0; i <= failures; i++) pool.setAside(a)
        const longest = Math.min(60_000, 2 ** failures * 1000)
        wait(longest * 0.5 - 1)
        expect(pool.healthy).toBe(0)
        wait(longest + 1)
        expect(pool.healthy).toBe(1)
      }),
    )
  })

  it('waits as long as a busy server asks, whatever else it answers meanwhile', () => {
    const { pool, wait } = setUp(['a'])
    const [a] = pool.all
    if (!a) throw new Error('no replica')
    pool.setAside(a, 7000)
    pool.answered(a, new Set(['m']))
    expect(pool.healthy).toBe(0)
    wait(7000)
    expect(pool.healthy).toBe(1)
    pool.setAside(a, 3_600_000)
    wait(60_000)
    expect(pool.healthy).toBe(1)
  })

  it('asks only who may hold the model', () => {
    const { pool, urls } = setUp(['a', 'b'])
    const [a, b] = pool.all
    if (!a || !b) throw new Error('no replica')
    expect(pool.holds('m')).toBe(false)
    pool.answered(a, new Set(['other']))
    expect(urls()).toEqual(['b'])
    pool.answered(b, new Set(['m']))
    expect(pool.holds('m')).toBe(true)
    pool.setAside(b)
    expect(pool.holds('m')).toBe(false)
    expect(urls()).toEqual([])
  })
})
