"""The site: what Sphinx must be told so that the book is fresh, offline, citable and good to read.

extension         the door: what is connected to which of Sphinx's events
freshness         outputs follow src/ and results/; an edit in prose runs nothing again
together          chapters run two at a time
assets            MathJax, typefaces and styles from this checkout; no request leaves the page
barriers          what docutils writes, mended for screen readers
contents          the tree of pages that the page's left column shows
evidence          an experiment with its result and its state, gathered once
numerals          numbers as they are printed
phrases           plain sentences as HTML
verdicts          the sign and word of a verdict
effects           an effect in words: mean, interval, what had to come out
strip             every seed, the interval and the margin on one line
glimpse           the strip in miniature
cards             the card of an experiment, the same on its page and in a chapter
tables            every measured number of a result
experiment_pages  experiments/<id>.md, written from registry and results
directives        parts of pages that are generated where they are named
front             the essay's map: sections, claims, verdicts, effects
outcome           the verdicts at a glance, those against the essay first
numbers           recorded numbers under names, for the prose of a chapter
still             what a widget leaves on the static page
source            the functions of the package that a chapter runs
tags              what reference managers read on an experiment's page
passages          the text that search results quote
bound             the book as one page, from which it is printed
paper             prints it
printed           what a printed PDF says about itself
downloads         notebooks and result files, laid beside the pages that offer them
"""
