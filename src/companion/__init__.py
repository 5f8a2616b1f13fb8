"""The helper package of "Two Timescales of Learning": what the chapters show, once, in one place.

    lab                an experiment is declared, measured, stored, judged, and can be cited
    games              the rules of Connect Four on any board, and its exact truth: a solver
    search             a prior and a value in, a better policy out: plain and batched tree search
    alphazero          a network that guides the search and learns from it
    transformer        one small causal language model: vocabulary, forward pass, sampling, pretraining
    policy_gradient    advantages and losses, the same for bandits, traces and conversations
    fast_learners      the smallest learners in context: bandits (RL²), regression, linear attention
    reasoning          reinforcement learning on chains of thought: problems, verifiers, the loop, the trace
    one_shape          search and traces in the same words: amplify, then distil
    experiments        one thin file for each citable experiment, in the order of the book
    figures            arrays in, drawings out
    widgets            what a reader bends, runs and plays, in JupyterLab and in the page
    site               the Sphinx extension: pages, cards, citations, everything offline
    bench              how fast the engines are
    cli                the command `companion`
    tensors            tensors in one file, with a hash
    compiled           how inner loops are compiled

Imports go one way: experiments know the learners, the learners know nothing of experiments; only chapters, the
command line and the site import experiments; figures take arrays and know nothing else.
"""
