/* Brings live pieces to life in a page without a kernel: a <div data-live="name"> holds the piece's state as JSON and,
   for readers without scripts, a sentence and a table, which the piece replaces. */
"use strict";
(function (live) {
  /* What a Jupyter model offers a piece, kept in the page. */
  function pageModel(state) {
    const heard = {};
    return {
      get: (name) => state[name],
      set(name, value) {
        if (state[name] === value) return;
        state[name] = value;
        (heard[`change:${name}`] || []).forEach((listener) => listener());
      },
      on: (event, listener) => (heard[event] = heard[event] || []).push(listener),
      off: (event, listener) => { heard[event] = (heard[event] || []).filter((other) => other !== listener); },
      save_changes() {},
    };
  }

  function mount(el) {
    const state = JSON.parse(el.querySelector("script[type='application/json']").textContent);
    live.pieces[el.dataset.live].render({ model: pageModel(state), el });
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-live]").forEach(mount));
})(globalThis.companionLive);
