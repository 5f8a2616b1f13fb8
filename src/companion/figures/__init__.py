"""Arrays to drawings: colors by meaning, every seed visible, names where the lines end.

ink                 the drawing style, and one SVG for light page, dark page and JupyterLab
typeface            the page's letters, for measuring text
seeds               one dot a seed, the interval and the declared margin, arm by arm
labels              names at the ends of lines, kept apart
doublings           an axis of doublings that begins at 0
accuracy            an axis of accuracy, from chance to the solver
attention_descent   an attention layer beside one step of gradient descent
slow_trains_fast    learning inside an episode, and in-context regression
connect_four        a position, with what weights, search and solver say of its columns
alphazero_*         a figure an experiment of AlphaZero: loop, distil, narrowing, compounding, verifier, exchange
reasoning_*         a figure an experiment on traces: loop, ingredients, surgery, swap, changes, elicit and so on
reasoning_rows      what those share: both tasks in one drawing, before and after
"""
