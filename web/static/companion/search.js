/* Search results quote the passage that matched. Sphinx fetches the page for that, which a browser refuses to a page
   opened from disk; here the text comes from passages.js, by document and section. */
"use strict";
(function () {
  var root = document.documentElement.dataset.content_root;
  var suffix = DOCUMENTATION_OPTIONS.FILE_SUFFIX;
  window.fetch = function (address) {
    var name = address.slice(root.length, -suffix.length);
    return Promise.resolve({ text: function () { return Promise.resolve(name); } });
  };
  Search.htmlToText = function (name, anchor) {
    var page = window.PASSAGES[name] || {};
    return page[anchor || ""] || page[""] || " ";
  };
})();
