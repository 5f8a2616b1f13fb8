/* What the page does by itself: light or dark, the contents on a phone, the section being read. */
"use strict";
(function () {
  var root = document.documentElement;

  function paint(mode) {
    var dark = mode === "dark" || (mode === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
    root.dataset.mode = mode;
    root.dataset.theme = dark ? "dark" : "light";
    try { localStorage.setItem("mode", mode); localStorage.setItem("theme", root.dataset.theme); } catch (blocked) {}
  }

  function lightOrDark() {
    var button = document.querySelector(".theme-switch-button");
    button.addEventListener("click", function () { paint(root.dataset.theme === "dark" ? "light" : "dark"); });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () {
      if (root.dataset.mode === "auto") paint("auto");
    });
  }

  function contentsOnAPhone() {
    var button = document.querySelector(".contents-button");
    var contents = document.querySelector(".contents");
    button.addEventListener("click", function () {
      var open = contents.classList.toggle("open");
      button.setAttribute("aria-expanded", String(open));
    });
  }

  function sectionBeingRead() {
    var links = Array.prototype.slice.call(document.querySelectorAll(".sections > ul > li > ul > li > a[href^='#']"));
    var marks = links.map(function (link) { return document.getElementById(decodeURIComponent(link.hash.slice(1))); });
    if (!links.length) return;
    function follow() {
      var here = -1;
      marks.forEach(function (mark, i) { if (mark && mark.getBoundingClientRect().top < innerHeight * 0.35) here = i; });
      links.forEach(function (link, i) { link.classList.toggle("here", i === here); });
    }
    addEventListener("scroll", follow, { passive: true });
    follow();
  }

  /* On a wide page, what does not fit the text may run on into the margin. */
  function intoTheMargin() {
    document.querySelectorAll("article .cell_input, article .cell_output > .output, article div.math").forEach(function (box) {
      var inner = box.querySelector("pre") || box;
      if (inner.scrollWidth > inner.clientWidth + 1) box.classList.add("wide");
    });
  }

  /* A box that scrolls can be reached and scrolled with the keyboard. */
  function scrollableByKeyboard() {
    document.querySelectorAll("article pre, article figure, article .scroll, article div.math, article .cell_output").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    lightOrDark();
    contentsOnAPhone();
    sectionBeingRead();
    intoTheMargin();
    scrollableByKeyboard();
  });
})();
