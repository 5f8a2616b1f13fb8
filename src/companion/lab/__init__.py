"""The laboratory: an experiment is declared, measured, stored, judged, and can be cited. No torch in here.

Read in this order:

    errors      one exception, one sentence
    paths       where things lie in the checkout
    claims      the ledger of the essay's claims (claims.toml)
    criteria    what is declared before measuring: Above, Within, All; and the verdict
    statistics  intervals over seeds
    streams     independent randomness, by seed and name
    experiment  an experiment: a plain function and its declaration
    registry    every experiment, in the order of the book
    sources     the digest of the source files that a result depends on
    store       results on disk: atomic, validated, hashed
    provenance  where and on what a result was measured
    engine      where units of work run: a process pool behind a seam
    run         units in, result out; stops and resumes without loss
    worktree    a full run happens in a clean worktree of HEAD
    judge       is a stored result untouched, fresh, declared first, and what is its verdict
    attest      sources moved: are the numbers the same?
    verify      a rerun with fresh seeds, compared with a prediction interval
    checkpoints kept weights, used only with the bytes that were kept
    cite        BibTeX, RIS, CSL JSON, plain text
"""
