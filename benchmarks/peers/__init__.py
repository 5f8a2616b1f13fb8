"""The peers, each through its own public interface, on the positions that ours gets."""
