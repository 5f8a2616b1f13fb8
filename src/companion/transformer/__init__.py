"""One small causal language model: a Llama of the transformers library, with its own fast paths.

vocabulary    words and their ids; a real tokenizer made of them
model         a Llama of any size; saved and loaded like every other model of the library
forward       the same function as the library's forward pass, in fewer steps
sampling      many completions at once, with a cache of keys and values
kernel        attention over that cache and the draw of the next token, compiled
training      next-token prediction on a corpus
"""
