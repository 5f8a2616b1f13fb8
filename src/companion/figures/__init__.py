"""Arrays to drawings: colors by meaning, every seed visible, names where the lines end.

ink                 the drawing style, and one SVG for light page, dark page and JupyterLab
typeface            the page's letters, for measuring text
seeds               one dot a seed, the interval and the declared margin, arm by arm
labels              names at the ends of lines, kept apart
attention_descent   an attention layer beside one step of gradient descent
slow_trains_fast    learning inside an episode, and in-context regression
"""
