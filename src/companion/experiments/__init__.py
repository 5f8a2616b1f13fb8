"""One thin file for each citable experiment, listed in the order of the book. This is the one list.

clocks_attention_descent   is the fast mechanism a learning rule? attention against one step of gradient descent
clocks_slow_trains_fast    does gradient descent make a network whose forward pass learns? bandits, regression
"""

MODULES = ("clocks_attention_descent", "clocks_slow_trains_fast")
