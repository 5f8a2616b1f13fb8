"""What a view is like while its context lasts, and afterwards.

framings   one question in several wordings
response   one more statement
ending     the end of a conversation
"""
