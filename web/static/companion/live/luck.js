/* Random numbers that can be repeated and looked up in any order.

   SplitMix (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators", section 3) in 32 bits: number n
   of a seed is a Weyl sequence at step n, scrambled by the finalizer of MurmurHash3 (Appleby 2011). */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  const GOLDEN = 0x9e3779b9;  // 2^32 divided by the golden ratio, odd

  function scramble(word) {
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return (word ^ (word >>> 16)) >>> 0;
  }

  /* A seed's numbers: n -> uniform in (0, 1), n = 0, 1, 2, ... */
  live.uniforms = function (seed) {
    const start = scramble(seed);
    return (n) => (scramble((start + Math.imul(n + 1, GOLDEN)) | 0) + 0.5) / 4294967296;
  };
})(globalThis.companionLive);
