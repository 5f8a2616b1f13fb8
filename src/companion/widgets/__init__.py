"""The live pieces: what a reader bends, runs and plays. Each has two faces, one for JupyterLab and one for the page.

faces              one object, two faces: a widget for JupyterLab, HTML for the static page
controls           what a reader can bend: a slider, a choice
bend               a figure that follows its controls
live_run           a run that the reader starts, watches and stops
bandit_game        a bandit to play beside the frozen network and the exact player; alive in the page, too
connect_four_game  Connect Four against the network, with and without search; alive in the page, too
trace_editor       a chain of thought whose steps a reader changes, and the model writes on; alive in the page, too
conversation       voices say what they like, and a view forms in the model; alive in the page, too
told               what the instance of a conversation was told, and the text that this makes
llama_in_page      a model as the page has it
pieces             the scripts and styles of such a piece, and its place in a page
loading            links them on the pages that hold one (Sphinx calls it)
"""
